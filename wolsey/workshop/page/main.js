// The page: state in, drawings out. Every change goes through `show`.

import { file, get, lines, post, Refused } from "./api.js";
import * as chart from "./chart.js";
import { byId, el, options, table } from "./dom.js";
import * as goals from "./goals.js";
import * as guess from "./guess.js";
import * as levers from "./levers.js";
import * as lives from "./lives.js";
import * as map from "./map.js";
import * as paths from "./paths.js";
import { link, read, same, state, TABS } from "./state.js";
import { lookedAt, named, runsSaid } from "./words.js";

const STEP = 420;
// Pixels across a sheet of A4.
const SHEET = 680;
const results = { a: null, b: null };
const asked = { a: null, b: null };
const context = { town: null, results, state, difference: null, look: null, stale: false, paper: 0 };
const tables = { map, chart, paths, goals, money: levers };
let kept = null, playing = 0, waiting = 0, changed = 0, checking = null, stamps = 0;

// What is on the screen.

function show() {
  const { town } = context;
  byId("year").textContent = state.year;
  byId("slider").value = state.year;
  byId("slider").setAttribute("aria-valuetext", String(state.year));
  const late = state.year > town.validated;
  byId("conditional").textContent = late ? `Conditional scenario: nothing published can test the model after ${town.validated}.`
    : state.year < town.leversFrom ? `Levers act from ${town.leversFrom} on.` : "What the model expects next.";
  document.body.classList.toggle("later", late);
  document.body.dataset.tab = state.tab;
  document.body.dataset.lower = state.lower;
  for (const button of document.querySelectorAll("[data-tab]")) if (button !== document.body) button.setAttribute("aria-pressed", button.dataset.tab === state.tab);
  byId("mode").hidden = !(state.b && context.difference);
  document.body.dataset.compared = context.difference ? "yes" : "no";
  byId("paths-plan-field").hidden = !results.b;
  for (const input of document.querySelectorAll("input[name=mode]")) input.checked = input.value === state.mode;
  levers.draw(context);
  for (const part of [map, chart, paths, lives]) part.draw(context);
}

// What changes with the runs, and not with the year.
function showResults() {
  const { town } = context, result = results.a;
  if (result) {
    const said = state.b ? named(result.headline, "A") : result.headline;
    byId("headline").textContent = said;
    byId("aims").replaceChildren(result.aims ? el("strong", {}, `${result.aims} `) : "", result.about);
    // Read out once a plan is run, not after every batch.
    if (result.runs === result.of) byId("announce").textContent = `${said} ${result.aims}`;
    goals.draw(context);
  }
  const said = [result && `${state.b ? "Plan A: " : ""}${runsSaid(result, town.runs)}`, results.b && `plan B: ${runsSaid(results.b, town.runs)}`].filter(Boolean).join("; ");
  context.stale = Boolean((result && !current("a")) || (results.b && !current("b")));
  document.body.dataset.stale = context.stale ? "yes" : "no";
  document.body.dataset.look = context.look ? "yes" : "no";
  const running = context.look ? `${lookedAt(context)} The whole town follows` : "Running the changed plan; until then the plan before is shown";
  byId("progress").textContent = [context.stale ? running : said || "Running the first children's lives", town.scale < 1 ? `reduced town: scale ${town.scale}` : "", result?.note].filter(Boolean).join("; ");
  document.body.dataset.runs = result ? result.runs : 0;
  document.body.dataset.busy = asked.a || asked.b || checking ? "yes" : "no";
  const sure = checked();
  byId("save").disabled = !sure;
  byId("save-why").textContent = sure ? `Checked with ${town.checkRuns} runs: it may be saved and quoted.`
    : `${town.runs} runs are for exploring. Check with ${town.checkRuns} before anything is saved or quoted.`;
  show();
}

// Whether what is shown of a slot is of the plan that stands there now.
const current = (slot) => Boolean(results[slot] && state[slot] && same(results[slot].plan, state[slot]));
const checked = () => current("a") && results.a.checked && (!state.b || (current("b") && results.b.checked));

// Running plans.

async function run(slot) {
  asked[slot]?.abort();
  const plan = state[slot], controller = new AbortController();
  // A moved lever is first looked at against the plan that is shown.
  const since = slot === "a" && results.a && !same(results.a.plan, plan) ? results.a.plan : null;
  asked[slot] = plan ? controller : null;
  context.difference = null;
  if (slot === "a") context.look = null;
  if (!plan) {
    results[slot] = null;
    showResults();
    return;
  }
  document.body.dataset.busy = "yes";
  try {
    for await (const found of lines("/api/plan", since ? { plan, since } : { plan }, controller.signal)) {
      if (asked[slot] !== controller) return;
      if (found.look) {
        context.look = { ...found.look, stamp: (stamps += 1) };
        showResults();
        continue;
      }
      if (slot === "a") context.look = null;
      results[slot] = { ...found, stamp: (stamps += 1) };
      if (found.runs === found.of) asked[slot] = null;
      showResults();
    }
    if (asked[slot] === controller) asked[slot] = null;
    await compare();
    forgive();
  } catch (error) {
    if (error.name === "AbortError") return;
    if (asked[slot] === controller) asked[slot] = null;
    fail(error);
  }
  showResults();
}

async function compare() {
  if (!state.a || !state.b || asked.a || asked.b) return;
  if (same(state.a, state.b) || state.a === state.b) {
    state.mode = "both";
    return;
  }
  const found = await post("/api/difference", { plans: [state.a, state.b] });
  context.difference = { ...found, stamp: (stamps += 1) };
}

async function check() {
  const plans = [state.a, state.b].filter(Boolean), controller = new AbortController(), button = byId("check");
  if (checking) {
    checking.abort();
    return;
  }
  checking = controller;
  try {
    button.textContent = "Stop the check";
    for await (const found of lines("/api/check", { plans }, controller.signal)) {
      if (found.plans) {
        if (!same(state.a, plans[0]) || (state.b && !same(state.b, plans[1]))) break;
        results.a = { ...found.plans[0], stamp: (stamps += 1) };
        if (state.b) results.b = { ...found.plans[1], stamp: (stamps += 1) };
        if (found.difference) context.difference = { ...found.difference, stamp: (stamps += 1) };
      } else {
        byId("progress").textContent = `Checking: ${found.done} of ${found.of} runs`;
      }
    }
    forgive();
  } catch (error) {
    if (error.name !== "AbortError") fail(error);
  }
  checking = null;
  button.textContent = `Check with ${context.town.checkRuns} runs`;
  showResults();
}

function forgetCheck() {
  checking?.abort();
}

async function save() {
  await busy(async () => {
    const blob = await file("/api/report", { plans: [state.a, state.b].filter(Boolean) });
    const address = URL.createObjectURL(blob);
    el("a", { href: address, download: "wolsey-report.html" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  });
}

async function busy(work) {
  document.body.dataset.busy = "yes";
  try {
    await work();
    forgive();
  } catch (error) {
    fail(error);
  }
  document.body.dataset.busy = asked.a || asked.b || checking ? "yes" : "no";
}

// What was said stays until the user does something else; trouble goes once something has worked again.
function say(words, trouble = false) {
  byId("message").textContent = words;
  byId("message").hidden = !words;
  byId("message").dataset.trouble = trouble ? "yes" : "no";
}

function forgive() {
  if (byId("message").dataset.trouble === "yes") say("");
}

function fail(error) {
  if (!(error instanceof Refused)) console.error(error);
  say(error instanceof Refused ? error.message : "Something went wrong on this page. Reload it.", true);
}

// What a user does.

function changePlan(plan) {
  const before = changed;
  changed = performance.now();
  state.a = plan;
  say("");
  forgetCheck();
  note();
  levers.choosers(context.town, state, kept);
  showResults();
  // A single move is run at once; while a lever is being drawn along, where it stands for a moment.
  clearTimeout(waiting);
  waiting = setTimeout(() => run("a"), changed - before > 150 ? 0 : 90);
}

function changeOther(plan) {
  state.b = plan;
  state.mode = "both";
  say("");
  if (!plan) state.pathsPlan = "a";
  forgetCheck();
  note();
  levers.choosers(context.town, state, kept);
  run("b");
}

function toYear(year) {
  const { town } = context;
  state.year = Math.min(Math.max(year, town.first), town.last);
  show();
}

function play(on = !playing) {
  clearInterval(playing);
  playing = 0;
  const button = byId("play");
  if (on) {
    if (state.year >= context.town.last) toYear(context.town.first);
    playing = setInterval(() => {
      toYear(state.year + 1);
      if (state.year >= context.town.last) play(false);
    }, STEP);
  } else {
    note();
  }
  button.querySelector(".label").textContent = playing ? "Pause" : "Play";
  button.querySelector(".icon").textContent = playing ? "❚❚" : "▶";
  document.body.dataset.playing = playing ? "yes" : "no";
}

// The address keeps the whole state.
const note = () => history.replaceState(null, "", location.search + link(context.town.version));

async function copyLink() {
  note();
  try {
    await navigator.clipboard.writeText(location.href);
    say("The link is copied. It opens both plans, this year and this view.");
  } catch {
    open("Copy link", el("div", {}, el("p", {}, "This link opens both plans, this year and this view."),
      el("textarea", { readonly: true, rows: 6, "aria-label": "Link" }, location.href)));
    byId("dialog-body").querySelector("textarea").select();
  }
}

function open(title, body, closed) {
  const dialog = byId("dialog");
  byId("dialog-title").textContent = title;
  byId("dialog-body").replaceChildren(body);
  dialog.onclose = closed ?? null;
  if (!dialog.open) dialog.showModal();
}

const openTable = (title, body) => open(context.stale ? `${title}, of the plan before` : title, body);

function keys(event) {
  const on = event.target, range = on.type === "range", busy = on.closest?.("input, select, textarea, button, summary, a, [role=region]") || byId("dialog").open;
  if (event.ctrlKey || event.metaKey || event.altKey || (busy && !(range && event.key === " "))) return;
  if (event.key === " ") {
    event.preventDefault();
    play();
  } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
    event.preventDefault();
    play(false);
    toYear(state.year + (event.key === "ArrowRight" ? 1 : -1));
    note();
  }
}

function wire() {
  const { town } = context, on = (id, kind, work) => byId(id).addEventListener(kind, work);
  on("play", "click", () => play());
  on("slider", "input", () => { play(false); toYear(Number(byId("slider").value)); });
  on("slider", "change", note);
  on("scenario", "change", () => {
    const base = town.scenarios.find((scenario) => scenario.name === byId("scenario").value);
    changePlan({ base: base.name, levers: { ...base.levers } });
  });
  on("versus", "change", () => {
    const chosen = byId("versus").value, base = town.scenarios.find((scenario) => scenario.name === chosen);
    changeOther(chosen === "kept" ? kept : base ? { base: base.name, levers: { ...base.levers } } : null);
  });
  on("keep", "click", () => { kept = structuredClone(state.a); changeOther(kept); });
  on("link", "click", copyLink);
  on("check", "click", check);
  on("save", "click", save);
  on("guess", "click", () => guess.begin(() => results.a, open));
  on("find", "click", () => lives.find(state, busy));
  on("child", "change", () => lives.tell(state, byId("child").value, busy));
  on("close", "click", () => byId("dialog").close());
  const pick = (id, key) => on(id, "change", () => { state[key] = byId(id).value; note(); showResults(); });
  for (const [id, key] of [["indicator", "indicator"], ["series", "series"], ["group", "group"], ["paths-group", "pathsGroup"], ["paths-plan", "pathsPlan"], ["goal-file", "goals"]]) pick(id, key);
  for (const input of document.querySelectorAll("input[name=mode]")) input.addEventListener("change", () => { state.mode = input.value; note(); show(); });
  for (const button of document.querySelectorAll("button[data-tab]")) button.addEventListener("click", () => { state.tab = button.dataset.tab; note(); showResults(); });
  for (const button of document.querySelectorAll("[data-lower]")) button.addEventListener("click", () => { state.lower = button.dataset.lower; note(); show(); });
  for (const button of document.querySelectorAll("[data-table]")) button.addEventListener("click", () => { if (results.a) openTable(...tables[button.dataset.table].asTable(context)); });
  on("words", "click", () => open("How words for likelihood are used", el("div", {}, el("p", {}, town.exploring),
    table("One scale for page and report", ["Word", "Runs"], town.scaleOfWords.map((row) => [row.word, row.runs]), 9),
    el("p", {}, "How strong the evidence behind a programme is, is another question: padlocks say it, dark ones at the least, pale ones at the most."),
    table("Padlocks", ["Padlocks of five", "Evidence"], town.evidence.map((word, count) => [String(count), word]), 9))));
  on("keys", "click", () => open("Keys", el("ul", {}, ["Space plays and pauses.", "Left and right arrow step a year.", "Tab goes from control to control; arrows move a lever.", "Escape closes what is open."].map((words) => el("li", {}, words)))));
  document.addEventListener("keydown", keys);
  addEventListener("hashchange", () => { if (location.hash !== link(town.version)) fromLink(); });
  const paper = (width) => { context.paper = width; if (results.a) show(); };
  addEventListener("beforeprint", () => paper(SHEET));
  addEventListener("afterprint", () => paper(0));
  new ResizeObserver(() => { if (results.a) show(); }).observe(byId("board"));
}

function fromLink() {
  if (!read(location.hash, context.town)) say("This link cannot be read, so the page starts afresh.");
  kept = state.b ? structuredClone(state.b) : null;
  levers.choosers(context.town, state, kept);
  note();
  for (const [id, value] of [["indicator", state.indicator], ["series", state.series], ["group", state.group], ["paths-group", state.pathsGroup], ["goal-file", state.goals]]) byId(id).value = value;
  run("a");
  run("b");
}

async function start() {
  const town = (context.town = await get("/api/town"));
  state.a = town.start;
  state.indicator = town.mapped[0];
  byId("place").textContent = `· ${town.place}`;
  byId("check").textContent = `Check with ${town.checkRuns} runs`;
  byId("left-out").textContent = `It leaves out ${town.leftOut.join("; ")}.`;
  byId("ticks").replaceChildren(...[2017, 2026, 2032, 2040, 2048].map((year) => {
    const tick = el("span", {}, String(year));
    tick.style.setProperty("--at", (year - town.first) / (town.last - town.first));
    return tick;
  }));
  const groups = Object.entries(town.groups), titled = (names) => names.map((name) => [name, town.indicators[name].title]);
  options(byId("indicator"), titled(town.mapped), state.indicator);
  options(byId("series"), titled(town.series), state.series);
  options(byId("group"), Object.entries(town.drawn), state.group);
  options(byId("paths-group"), groups, state.pathsGroup);
  options(byId("paths-plan"), [["a", "Plan A"], ["b", "Plan B"]], state.pathsPlan);
  options(byId("goal-file"), [["vision_2048", "The vision for 2048"], ["opportunity_area_2021", "The 16 targets for 2021"]], state.goals);
  if (new URLSearchParams(location.search).get("present") === "1") document.body.classList.add("present");
  levers.build(town, (name, value) => changePlan({ base: state.a.base, levers: { ...state.a.levers, [name]: value } }));
  if (!TABS.includes(state.tab)) state.tab = "town";
  wire();
  fromLink();
  document.body.dataset.ready = "yes";
}

start().catch(fail);
