// After each <time datetime data-local="in your time zone">, and the end that stands beside it, write the reader's own time, where their zone differs.
"use strict";

const twoDigits = (number) => String(number).padStart(2, "0");

function wallTime(moment) {
  const day = [moment.getFullYear(), moment.getMonth() + 1, moment.getDate()].map(twoDigits).join("-");
  return `${day}T${twoDigits(moment.getHours())}:${twoDigits(moment.getMinutes())}`;
}

for (const time of document.querySelectorAll("time[data-local]")) {
  const moment = new Date(time.dateTime);
  if (Number.isNaN(moment.getTime()) || wallTime(moment) === time.dateTime.slice(0, 16)) continue;
  const words = moment.toLocaleString(document.documentElement.lang, {
    weekday: "short", month: "short", day: "numeric", hour: "numeric", minute: "2-digit", timeZoneName: "short",
  });
  const note = document.createElement("span");
  note.className = "local-time";
  note.textContent = ` (${words} ${time.dataset.local})`;
  [...time.parentElement.querySelectorAll(":scope > time")].at(-1).after(note);
}
