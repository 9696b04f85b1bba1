// Visits a page of another site that embeds the list; the addresses come on standard input, what was seen goes out.
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const { executable, host, dark } = JSON.parse(readFileSync(0, "utf8"));
const WIDTHS = [360, 1000];
const FORGED = { type: "events-calendar", height: 7 };

const seen = { errors: [], requests: [], fits: [] };
const browser = await chromium.launch({
  executablePath: executable,
  ignoreDefaultArgs: ["--hide-scrollbars"], // they take width, and so make text taller
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-component-update", "--disable-sync"],
});

async function visit(options = {}) {
  const context = await browser.newContext({ colorScheme: "light", ...options });
  context.on("console", (message) => message.type() === "error" && seen.errors.push(message.text()));
  context.on("weberror", (fault) => seen.errors.push(String(fault.error())));
  context.on("request", (request) => seen.requests.push(new URL(request.url()).origin));
  const page = await context.newPage();
  await page.goto(host);
  return page;
}

const titles = (frame) => frame.locator("h3 a").allTextContents();

async function frameOf(element) {
  const frame = await (await element.locator("iframe").elementHandle()).contentFrame();
  await frame.waitForLoadState();
  return frame;
}

// Waits until the frame is as tall as what is in it; a frame that never is fails the test by Playwright's own time.
async function fit(page, element) {
  const frame = await frameOf(element);
  const content = () => document.body.getBoundingClientRect().height;
  const height = () => element.locator("iframe").evaluate((found) => found.getBoundingClientRect().height);
  for (let turn = 0; turn < 100 && (await height()) !== Math.ceil(await frame.evaluate(content)); turn += 1) {
    await page.waitForTimeout(20);
  }
  const inside = await frame.evaluate(() => {
    const { clientHeight, scrollHeight, clientWidth, scrollWidth } = document.documentElement;
    return { clientHeight, scrollHeight, clientWidth, scrollWidth };
  });
  return { height: await height(), content: Math.ceil(await frame.evaluate(content)), ...inside };
}

const page = await visit();
const [first, second] = [page.locator("events-calendar").first(), page.locator("events-calendar").last()];
for (const width of WIDTHS) {
  await page.setViewportSize({ width, height: 900 });
  seen.fits.push(await fit(page, first));
}
seen.component = await titles(await frameOf(first));
seen.plain = await titles(page.frame("plain"));
seen.frame = await first.locator("iframe").evaluate(({ title, sandbox }) => [title, sandbox.value]);

// Heights that are not from the component's own frame, and how tall both frames are as each arrives.
await fit(page, second);
const heights = () => page.evaluate(() => {
  const frames = [...document.querySelectorAll("events-calendar")].map(({ shadowRoot }) => shadowRoot.firstChild);
  window.heights = () => frames.map((frame) => frame.getBoundingClientRect().height);
  return window.heights();
});
seen.before = await heights();
seen.forged = [];
for (const forger of [page, page.frame("plain"), await frameOf(second)]) {
  await page.evaluate(() => {
    window.arrival = new Promise((arrived) => {
      window.addEventListener("message", ({ data }) => data.height === 7 && arrived(window.heights()));
    });
  });
  await forger.evaluate((message) => window.parent.postMessage(message, "*"), FORGED);
  seen.forged.push(await page.evaluate(() => window.arrival));
}

const opened = page.context().waitForEvent("page");
await (await frameOf(first)).locator("h3 a").first().click();
const popup = await opened;
await popup.waitForLoadState();
seen.popup = await popup.evaluate(() => [window.opener, window.origin, document.querySelector("h1").textContent]);
await popup.close();

const steps = await page.evaluate(() => history.length);
await first.evaluate((element, address) => element.setAttribute("src", address), dark);
seen.changed = await titles(await frameOf(first));
await first.evaluate((element) => element.setAttribute("theme", "dark"));
const ground = (found) => found.evaluate(() => getComputedStyle(document.body).backgroundColor);
seen.grounds = [await ground(page.frame("plain")), await ground(await frameOf(first))];
seen.changedFit = await fit(page, first);
seen.steps = (await page.evaluate(() => history.length)) - steps;

await first.evaluate((element) => element.setAttribute("src", "javascript:alert(1)"));
seen.refused = [await first.locator("iframe").count(), await first.getByRole("link").isVisible()];
await first.evaluate((element) => element.remove());
await page.evaluate((message) => window.postMessage(message, "*"), FORGED);

const scriptless = await visit({ javaScriptEnabled: false });
seen.scriptless = {
  link: await scriptless.locator("events-calendar a").first().isVisible(),
  plain: await titles(scriptless.frame("plain")),
};
await browser.close();
console.log(JSON.stringify(seen));
