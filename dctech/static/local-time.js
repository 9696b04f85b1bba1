// After each <time datetime data-local="in your time zone">, and the end that stands beside it, write both in the reader's own time, where their zone differs.
"use strict";

const PARTS = { weekday: "short", month: "short", day: "numeric", hour: "numeric", minute: "2-digit", timeZoneName: "short" };
const twoDigits = (number) => String(number).padStart(2, "0");

function wallTime(moment) {
  const day = [moment.getFullYear(), moment.getMonth() + 1, moment.getDate()].map(twoDigits).join("-");
  return `${day}T${twoDigits(moment.getHours())}:${twoDigits(moment.getMinutes())}`;
}

const readsAlike = (time) => wallTime(new Date(time.dateTime)) === time.dateTime.slice(0, 16);

for (const time of document.querySelectorAll("time[data-local]")) {
  const times = [...time.parentElement.querySelectorAll(":scope > time")];
  const start = new Date(time.dateTime);
  const end = new Date(times.at(-1).dateTime);
  if (Number.isNaN(start.getTime()) || times.every(readsAlike)) continue;
  const format = new Intl.DateTimeFormat(document.documentElement.lang, PARTS);
  const words = end > start ? format.formatRange(start, end) : format.format(start);
  const note = document.createElement("span");
  note.className = "local-time";
  note.textContent = ` (${words} ${time.dataset.local})`;
  times.at(-1).after(note);
}
