// Reads {name: HTML} from standard input and prints what html-validate has against each, as {name: [message]}.
import { readFileSync } from "node:fs";
import { HtmlValidate, StaticConfigLoader } from "html-validate";

const RULES = {
  "form-dup-name": ["error", { shared: ["radio", "checkbox"] }], // A filter's checkboxes of one field are a list.
  "long-title": "off", // Titles of events and groups are as long as people make them.
  "no-trailing-whitespace": "off", // A template's line may say nothing.
};

// Mail programs drop style sheets.
const LETTER = { ...RULES, "no-inline-style": "off" };

const validator = (rules) => new HtmlValidate(
  new StaticConfigLoader({ root: true, extends: ["html-validate:recommended"], rules }),
);
const [pages, letters] = [validator(RULES), validator(LETTER)];
const found = {};
for (const [name, html] of Object.entries(JSON.parse(readFileSync(0, "utf8")))) {
  const report = await (name.endsWith("newsletter.html") ? letters : pages).validateString(html);
  found[name] = report.results.flatMap(({ messages }) => messages.map(
    ({ ruleId, line, column, message }) => `${line}:${column} ${ruleId}: ${message}`,
  ));
}
console.log(JSON.stringify(found));
