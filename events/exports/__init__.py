"""The calendar as files that programs read: iCalendar, RSS, Atom, JSON Feed and CSV, all under one filter."""
