// Goes to addresses as a reader's browser would, and says what is wrong there.
//
// From standard input: {chromium, host, workers, visits: [{address, width, height, scheme, script, motion, media, zone,
// axe, keys, probe, shot, session}]}. To standard output: a line of JSON for each visit, in no order, its `number` first.
// `host` is the only one that may be asked for anything; `probe` is an expression, `keys` are pressed before it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core"), "utf8");
const FLAGS = [
  "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
  "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];
const LOCAL = new Set(["data:", "blob:", "about:"]);

const job = JSON.parse(readFileSync(0, "utf8"));
const isForeign = (url) => !LOCAL.has(url.protocol) && url.host !== job.host;

function settingsOf({ width, height, scheme, script, motion, zone }) {
  return {
    viewport: { width, height }, colorScheme: scheme, javaScriptEnabled: script, reducedMotion: motion, timezoneId: zone,
    locale: "en-US",
  };
}

// The page is asked for by its address alone, so an error of its own status is no fault of the page.
function isOwnStatus(message, address) {
  return message.location().url === address && message.text().startsWith("Failed to load resource");
}

// `now` holds the visit that the page is at and what has been seen of it.
function listen(page, now) {
  page.on("console", (message) => {
    const isFault = ["error", "warning"].includes(message.type()) && !isOwnStatus(message, now.address);
    if (isFault) now.seen.console.push(message.text());
  });
  page.on("pageerror", (error) => now.seen.errors.push(String(error)));
  page.on("request", (request) => {
    if (isForeign(new URL(request.url()))) now.seen.foreign.push(request.url());
  });
  page.on("response", (response) => {
    const isPage = response.request().isNavigationRequest() && response.frame() === page.mainFrame();
    if (response.status() >= 400 && !isPage) now.seen.failed.push(`${response.status()} ${response.url()}`);
  });
}

// Rules that axe leaves out unless they are named, but for AAA and what is experimental.
const RULES = { "target-size": { enabled: true } };

async function judge(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate((rules) => axe.run(document, { rules, resultTypes: ["violations"] }), RULES);
  return found.violations.map(({ id, nodes }) => ({
    rule: id,
    where: nodes.slice(0, 3).map((node) => `${node.target.join(" ")}: ${node.failureSummary}`),
  }));
}

// How wide a page is that is too wide, and elements that, or whose words, reach over the edge, the innermost first.
function tooWide() {
  const width = document.documentElement.scrollWidth;
  if (width <= innerWidth) return [];
  const reach = (each) => each.getBoundingClientRect().left + Math.max(each.scrollWidth, each.offsetWidth);
  const over = [...document.body.querySelectorAll("*")].filter((each) => reach(each) > innerWidth);
  return [`${width} px`, ...over.reverse().slice(0, 3).map((each) => each.outerHTML.slice(0, 160))];
}

async function visit(page, now, wanted, number) {
  const seen = { number, status: 0, console: [], errors: [], foreign: [], failed: [], wide: [], axe: [], probe: null };
  Object.assign(now, { address: wanted.address, seen });
  await page.emulateMedia({ media: wanted.media });
  const response = await page.goto(wanted.address, { waitUntil: "load" });
  seen.status = response.status();
  seen.wide = await page.evaluate(tooWide);
  if (wanted.axe) seen.axe = await judge(page);
  for (const key of wanted.keys) await page.keyboard.press(key);
  if (wanted.probe) seen.probe = await page.evaluate(wanted.probe);
  if (wanted.shot) await page.screenshot({ path: wanted.shot });
  return seen;
}

// One context for each kind of reader at a time; `workers` kinds side by side.
const kinds = new Map();
for (const [number, wanted] of job.visits.entries()) {
  const kind = JSON.stringify([settingsOf(wanted), wanted.session]);
  kinds.set(kind, [...(kinds.get(kind) ?? []), [number, wanted]]);
}
const waiting = [...kinds];
const browser = await chromium.launch({ executablePath: job.chromium, args: FLAGS, chromiumSandbox: false });

async function work() {
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [kind, visits] = next;
    const [settings, session] = JSON.parse(kind);
    const context = await browser.newContext(settings);
    if (session) await context.addCookies([{ name: "sessionid", value: session, url: `http://${job.host}` }]);
    await context.route(isForeign, (route) => route.abort());
    const [page, now] = [await context.newPage(), {}];
    listen(page, now);
    for (const [number, wanted] of visits) console.log(JSON.stringify(await visit(page, now, wanted, number)));
    await context.close();
  }
}

try {
  await Promise.all(Array.from({ length: job.workers }, work));
} finally {
  await browser.close();
}
