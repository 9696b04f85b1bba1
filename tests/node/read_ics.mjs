// Reads a calendar from standard input with ical.js and prints what it takes each event for.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));

function moment(time) {
  if (!time) return null;
  return time.isDate ? time.toString() : new Date(time.toUnixTime() * 1000).toISOString();
}

const events = calendar.getAllSubcomponents("vevent").map((component) => ({
  uid: component.getFirstPropertyValue("uid"),
  start: moment(component.getFirstPropertyValue("dtstart")),
  end: moment(component.getFirstPropertyValue("dtend")),
  summary: component.getFirstPropertyValue("summary"),
  description: component.getFirstPropertyValue("description"),
  status: component.getFirstPropertyValue("status"),
}));
console.log(JSON.stringify(events));
