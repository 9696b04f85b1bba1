// One submission from its form to the calendar and off it again, as a submitter without scripts and a moderator see it.
//
// From standard input: {chromium, site, mails, email, password, title, date}; `mails` is the folder that the site's
// mails are written to. To standard output: what was seen, as JSON.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

const job = JSON.parse(readFileSync(0, "utf8"));
const seen = { errors: [] };
const browser = await chromium.launch({
  executablePath: job.chromium,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-component-update", "--disable-sync"],
});

async function newPage(options) {
  const context = await browser.newContext({ locale: "en-US", ...options });
  context.on("weberror", (fault) => seen.errors.push(String(fault.error())));
  context.on("console", (message) => message.type() === "error" && seen.errors.push(message.text()));
  return context.newPage();
}

// Where the title is found one second after a decision.
async function found() {
  await moderator.waitForTimeout(1000);
  const places = {};
  for (const path of ["/", "/events.ics", "/events.rss"]) {
    const answer = await moderator.request.get(job.site + path);
    places[path] = (await answer.text()).includes(job.title);
  }
  return places;
}

// The newest mail whose subject begins like this, unfolded and decoded.
function mail(subject) {
  const files = readdirSync(job.mails).sort().reverse();
  const texts = files.map((file) => readFileSync(join(job.mails, file), "utf8"));
  return texts.find((text) => text.includes(`Subject: ${subject}`)) ?? null;
}

const told = async (page) => (await page.locator(".banner").innerText()).trim();
const said = async () => (await moderator.locator(".messagelist").innerText()).trim();

// Somebody submits, without scripts.
const submitter = await newPage({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
await submitter.goto(`${job.site}/submit/event/`);
const fields = {
  title: job.title, date: job.date, time: "18:30", end_time: "20:00", location: "Town Hall, 1 Main Street",
  city: "Arlington", url: "https://example.org/zq", description: "Bring **seeds**.", submitter_email: job.email,
};
for (const [name, value] of Object.entries(fields)) await submitter.fill(`main [name=${name}]`, value);
await submitter.selectOption("main [name=region]", "VA");
await submitter.waitForTimeout(3100); // nobody fills a form in within three seconds
await submitter.click("button.action:not([name])");
seen.submitted = await told(submitter);
seen.link = submitter.url();
seen.receipt = mail("Received: ").includes(seen.link.slice(job.site.length).slice(0, 40));

// A moderator signs in and approves.
const moderator = await newPage({ viewport: { width: 1280, height: 900 } });
await moderator.goto(`${job.site}/admin/`);
await moderator.fill("[name=login]", "mo@example.org");
await moderator.fill("[name=password]", job.password);
await Promise.all([moderator.waitForURL(`${job.site}/admin/`), moderator.press("[name=password]", "Enter")]);
seen.waiting = await moderator.locator(".waiting").allInnerTexts();
await moderator.click(".model-event th a");
await moderator.click(`#result_list a:text-is("${job.title}")`);
seen.preview = await moderator.frameLocator("iframe").locator("h1").innerText();
const review = moderator.url();
await moderator.click("[name=_approve]");
seen.approved = await said();
seen.listed = await found();
await submitter.reload();
seen.published = await told(submitter);
seen.publishedMail = mail("Published: ") !== null;

// It is taken back, and off again.
await moderator.goto(review);
await moderator.click("text=Undo this");
seen.undone = await said();
seen.gone = await found();
await submitter.reload();
seen.pending = await told(submitter);

// It is rejected with a reason.
await moderator.fill("[name=reason]", "Not about <technology>");
await moderator.click("[name=_reject]");
seen.rejected = await said();
await submitter.reload();
seen.why = await told(submitter);
seen.whyMail = mail("Not published: ")?.includes("> Not about <technology>") ?? mail("Not published: ");

// The address of the event is nobody's now.
seen.still = await found();
console.log(JSON.stringify(seen));
await browser.close();
