// Read a calendar from standard input with ical.js, another implementation of RFC 5545 than the one
// that wrote it, and print every occurrence as JSON: what, when, of which event, instead of what.
import fs from "node:fs";
import ICAL from "ical.js";

const calendar = new ICAL.Component(ICAL.parse(fs.readFileSync(0, "utf8")));
const instant = (time) => time.toJSDate().toISOString().replace(".000Z", "+00:00");
const found = [];

const note = (event, startDate, endDate, recurrenceId) =>
  found.push({
    uid: event.uid,
    summary: event.summary,
    location: event.location,
    status: event.component.getFirstPropertyValue("status"),
    sequence: event.sequence,
    starts_at: instant(startDate),
    ends_at: instant(endDate),
    instead_of: recurrenceId && instant(recurrenceId),
    alarms: event.component.getAllSubcomponents("valarm").map((alarm) => {
      return alarm.getFirstPropertyValue("trigger").toString();
    }),
  });

for (const component of calendar.getAllSubcomponents("vevent")) {
  const event = new ICAL.Event(component);
  if (event.isRecurrenceException()) continue; // its series brings it in
  if (!event.isRecurring()) {
    note(event, event.startDate, event.endDate, null);
    continue;
  }
  const days = event.iterator();
  for (let next = days.next(); next; next = days.next()) {
    const { item, startDate, endDate, recurrenceId } = event.getOccurrenceDetails(next);
    note(item, startDate, endDate, item.isRecurrenceException() ? recurrenceId : null);
  }
}
const name = calendar.getFirstPropertyValue("name");
console.log(JSON.stringify({ name, occurrences: found }));
