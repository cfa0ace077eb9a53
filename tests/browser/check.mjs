// Opens a report in Chromium and checks what only a browser can tell: accessibility, isolation, reflow, links, filters,
// print. Usage: node check.mjs REPORT.html [--hostile]. Ends with "N passed, N failed"; the exit code follows it.
import { readFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const SECTIONS = ["verdict", "satre", "obligations", "attestations", "controls", "unknown", "all-controls", "findings",
  "provenance"];

const args = process.argv.slice(2);
const hostile = args.includes("--hostile");
const file = args.find((arg) => !arg.startsWith("--"));
if (!file) {
  process.stderr.write("usage: node check.mjs REPORT.html [--hostile]\n");
  process.exit(2);
}
const url = `file://${resolve(file)}`;
const source = readFileSync(file, "utf8");

let passed = 0;
const failures = [];
function check(name, good, detail = "") {
  if (good) { passed += 1; process.stdout.write(`ok    ${name}\n`); } else {
    failures.push(name);
    process.stdout.write(`FAIL  ${name}${detail ? `\n      ${String(detail).slice(0, 2000).replaceAll("\n", "\n      ")}` : ""}\n`);
  }
}

const requests = [];
async function browse(options, visit) {
  const profiles = [];
  // A browser that dies before it is there has looked at nothing: it is started anew, and every check still has to hold.
  const start = () => {
    profiles.push(mkdtempSync(join(tmpdir(), "havenmark-browser-")));
    return chromium.launchPersistentContext(profiles.at(-1), {
      executablePath: CHROMIUM, headless: true, args: FLAGS, viewport: { width: 1360, height: 900 }, ...options });
  };
  const again = async (error) => {
    console.error(`note  the browser did not start and is started again: ${String(error).split("\n")[0]}`);
    return start();
  };
  const context = await start().catch(again).catch(again);
  try {
    context.on("request", (request) => { if (!request.url().startsWith("file://")) requests.push(request.url()); });
    const page = await context.newPage();
    const console_ = [];
    page.on("console", (message) => { if (message.type() === "error") console_.push(message.text()); });
    page.on("pageerror", (error) => console_.push(String(error)));
    await visit(page, console_);
  } finally {
    await context.close();
    for (const profile of profiles) rmSync(profile, { recursive: true, force: true });
  }
}

async function axe(page, name) {
  // The page's policy forbids scripts of others; the protocol's own evaluation is not bound by it.
  await page.evaluate(axeSource);
  const results = await page.evaluate((tags) => globalThis.axe.run(document, {
    runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] }), TAGS);
  const words = results.violations.map((v) => `${v.id} (${v.nodes.length}): ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(" | ")}`);
  check(`axe finds nothing at ${name}`, words.length === 0, words.join("\n"));
}

const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

await browse({ colorScheme: "light" }, async (page, errors) => {
  await page.goto(url);
  check("the script runs without an error", errors.length === 0, errors.join("\n"));
  check("one h1", await page.locator("h1").count() === 1);
  const missing = await page.evaluate((ids) => ids.filter((id) => !document.getElementById(id)), SECTIONS);
  check("all sections are there", missing.length === 0, missing.join(", "));
  const duplicates = await page.evaluate(() => { const seen = new Set(); return [...document.querySelectorAll("[id]")].map((e) => e.id).filter((id) => seen.has(id) || !seen.add(id)); });
  check("every id is there once", duplicates.length === 0, duplicates.slice(0, 5).join(", "));
  const dead = await page.evaluate(() => [...document.querySelectorAll('a[href^="#"]')].map((a) => a.getAttribute("href").slice(1)).filter((id) => !document.getElementById(id)));
  check("every link of the page leads somewhere", dead.length === 0, `${dead.length}: ${[...new Set(dead)].slice(0, 8).join(", ")}`);
  check("no style attribute", !/<[^>]*\sstyle\s*=/.test(source.replace(/<(style|script|template)[\s\S]*?<\/\1>/g, "").replace(/"[^"]*"/g, '""')));
  const foreign = await page.evaluate(() => [...document.querySelectorAll("[src],link,iframe,object,embed,form[action],base")].length);
  check("nothing in it can load anything", foreign === 0, foreign);
  const words = (await page.evaluate(() => document.body.innerText)).match(/\b(certified|compliant|non-compliant)\b|\d+(\.\d+)?\s?%/gi);
  check("no word of certification and no percentage", hostile || !words, words);
  check("the sentence on what it is", source.includes("Proposed scores for a SATRE self-assessment; not an accreditation"));

  await axe(page, "1360 light");
  const pwned = await page.evaluate(() => [globalThis.__pwned, document.getElementById("pwned"), document.querySelectorAll("main img, main iframe, main script, main b[id]").length]);
  check("hostile text stays text", pwned[0] === undefined && pwned[1] === null && pwned[2] === 0, JSON.stringify(pwned));
  const hidden = source.match(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g);
  check("no hidden character on the page", !hidden, hidden && [...new Set(hidden)].map((c) => c.codePointAt(0).toString(16)).join(" "));

  for (const width of [1360, 390, 320]) {
    await page.setViewportSize({ width, height: 800 });
    const over = await overflow(page);
    check(`no sideways scrolling at ${width}`, over <= 0, `${over} px`);
  }
  await page.setViewportSize({ width: 390, height: 800 });
  await axe(page, "390 light");
  await page.evaluate(() => document.querySelectorAll("details").forEach((d) => { d.open = true; }));
  const open = await overflow(page);
  check("no sideways scrolling at 390 with all details open", open <= 0, `${open} px`);
  await page.setViewportSize({ width: 1360, height: 900 });
  await axe(page, "1360 light with all details open");

  // Permanent links and the explorer.
  const control = await page.evaluate(() => document.querySelector("article.ctl")?.id);
  if (control) {
    await page.goto("about:blank");
    await page.goto(`${url}#${control}`);
    check("a link to a control shows it", await page.evaluate((id) => document.querySelector(":target")?.id === id, control));
  }
  const statement = await page.evaluate(() => document.querySelector("ol.stmts li")?.id);
  if (statement) {
    await page.goto("about:blank");
    await page.goto(`${url}#${statement}`);
    check("a link to a statement opens it", await page.evaluate((id) => document.getElementById(id).checkVisibility(), statement));
  }
  if (await page.locator("#filters").count()) {
    await page.goto("about:blank");
    await page.goto(`${url}#findings?sev=critical`);
    await page.waitForFunction(() => document.querySelector("#f-status").textContent.startsWith("Showing") && !document.querySelector("#f-status").textContent.includes("evidence.json"));
    const severities = await page.evaluate(() => [...new Set([...document.querySelectorAll("#f-rows tr td:nth-child(2)")].map((td) => td.textContent))]);
    check("a link with a filter restores it", severities.length <= 1 && (severities[0] ?? "critical") === "critical", severities.join(", "));
    const first = await page.evaluate(() => document.querySelector("#f-rows code")?.textContent.slice(-3) ?? "zzz");
    await page.click("#f-clear");
    await page.fill("input[name=q]", first);
    await page.waitForFunction((q) => location.hash.includes(encodeURIComponent(q).replaceAll("%20", "+")) || location.hash.includes("q="), first);
    const rows = await page.evaluate((q) => [...document.querySelectorAll("#f-rows tr")].map((tr) => tr.textContent.toLowerCase().includes(q.toLowerCase())), first);
    check("the filter finds and only finds", rows.length > 0 && rows.every(Boolean), `${rows.length} rows`);
    await page.fill("input[name=q]", "no resource is called this");
    await page.waitForFunction(() => document.querySelectorAll("#f-rows tr").length === 0);
    check("the number found is announced", (await page.textContent("#f-status")).startsWith("Showing 0 of 0"));
    await page.click("#f-clear");
    await page.waitForFunction(() => document.querySelectorAll("#f-rows tr").length > 0);
    const inert = await page.evaluate(() => globalThis.__pwned === undefined && !document.querySelector("#findings img, #findings b[id]"));
    check("what the script writes is text", inert);
  }

  // Print.
  await page.goto("about:blank");
  await page.goto(url);
  const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true, tagged: true });
  if (process.env.PDF) writeFileSync(process.env.PDF, pdf);
  const pages = (pdf.toString("latin1").match(/\/Type\s*\/Page\b/g) ?? []).length;
  check("it prints", pages > 1, `${pages} pages`);
  await page.emulateMedia({ media: "print" });
  // A4 less the margins of the style sheet: 182 by 265 mm at 96 px to the inch.
  await page.setViewportSize({ width: 688, height: 1002 });
  const foot = await page.evaluate(() => { document.querySelectorAll(".next-page").forEach((d) => { d.remove(); }); return document.getElementById("decisions").getBoundingClientRect().bottom + scrollY; });
  check("the leadership page fits on the first sheet", hostile || foot <= 1002, `${Math.round(foot)} of 1002 px`);
  check("the theme switch and the rail are not printed", await page.evaluate(() => ["nav.rail", ".top fieldset"].every((s) => getComputedStyle(document.querySelector(s)).display === "none")));
});

await browse({ colorScheme: "dark" }, async (page) => {
  await page.goto(url);
  await axe(page, "1360 dark");
  const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.check("#t-light");
  const light = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  check("the theme switch works", paper !== light, `${paper} ${light}`);
});

await browse({ javaScriptEnabled: false }, async (page) => {
  await page.goto(url);
  const shown = await Promise.all(SECTIONS.map((id) => page.locator(`#${id}`).isVisible()));
  check("every section can be read without a script", shown.every(Boolean));
  const rows = await page.locator("#f-rows tr").count();
  check("the first rows are there without a script", rows > 0 || (await page.locator("#findings").innerText()).includes("No control fails"), rows);
  check("filters are hidden without a script", !(await page.locator("#filters").count()) || !(await page.locator("#filters").isVisible()));
});

// A script, a handler, an image and a style that somebody planted in the file.
const planted = join(mkdtempSync(join(tmpdir(), "havenmark-planted-")), "report.html");
writeFileSync(planted, source.replace("</main>", '<script>window.__planted=1</script><img src="https://planted.invalid/x.png" onerror="window.__planted=2"><p id="planted" style="color:rgb(1,2,3)">x</p></main>'));
await browse({}, async (page) => {
  const before = requests.length;
  await page.goto(`file://${planted}`);
  await page.waitForTimeout(300);
  const result = await page.evaluate(() => [globalThis.__planted, getComputedStyle(document.getElementById("planted")).color, document.documentElement.classList.contains("js")]);
  check("the policy blocks a planted script and handler", result[0] === undefined, result[0]);
  check("the policy blocks a planted style", result[1] !== "rgb(1, 2, 3)", result[1]);
  check("the page's own script still runs", result[2]);
  requests.length = before;
});
rmSync(join(planted, ".."), { recursive: true, force: true });

check("no request leaves the page", requests.length === 0, requests.join("\n"));
process.stdout.write(`${passed} passed, ${failures.length} failed\n`);
process.exitCode = failures.length ? 1 : 0;
