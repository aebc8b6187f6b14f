// The levers: native sliders with their words, evidence in padlocks, and what they cost.

import { byId, el, options, svg, table } from "./dom.js";
import { leverWords, pounds } from "./words.js";

const LOCK = "M3 7V5a4 4 0 0 1 8 0v2h1v7H2V7zm2 0h4V5a2 2 0 0 0-4 0z";
const rows = new Map();

function padlocks(lever) {
  if (lever.money) return el("span", {});
  if (lever.claim || !lever.padlocks) return el("span", { class: "evidence" }, "a claim");
  const [least, most] = lever.padlocks;
  const locks = Array.from({ length: 5 }, (_, place) => svg("path", { d: LOCK, transform: `translate(${place * 15},0)`,
    fill: place < least ? "#12436D" : place < most ? "#6BACE6" : "#FFFFFF", stroke: "#505A5F", "stroke-width": 0.8 }));
  return el("span", { class: "evidence" }, svg("svg", { width: 76, height: 16, viewBox: "0 0 76 16", "aria-hidden": true }, locks),
    el("span", { class: "hidden" }, `Evidence: ${lever.evidence}`));
}

export function build(town, changed) {
  for (const lever of town.levers) {
    const id = `lever-${lever.name}`;
    const input = el("input", { type: "range", id, min: lever.low, max: lever.high, step: lever.step, "aria-describedby": `${id}-words ${id}-delivered` });
    const words = el("span", { class: "asked", id: `${id}-words` }), delivered = el("span", { id: `${id}-delivered` }), cost = el("span", { class: "cost" });
    const row = el("div", { class: "lever" }, el("label", { for: id }, lever.verb), padlocks(lever), input, cost, el("span", { class: "stands" }, words, delivered));
    input.addEventListener("input", () => changed(lever.name, Number(input.value)));
    rows.set(lever.name, { lever, input, words, delivered, cost });
    byId(lever.more ? "more-levers" : "levers").append(row);
  }
}

export function draw({ town, results, state, stale }) {
  const base = town.scenarios.find((scenario) => scenario.name === state.a.base), costs = results.a?.costs;
  for (const { lever, input, words, delivered, cost } of rows.values()) {
    const value = state.a.levers[lever.name], found = results.a?.delivered[lever.name];
    if (Number(input.value) !== value) input.value = value;
    const said = leverWords(lever, value);
    words.textContent = said;
    input.setAttribute("aria-valuetext", said);
    words.classList.toggle("moved", value !== base.levers[lever.name]);
    // What was delivered is of the plan that is shown, as its cost is.
    delivered.replaceChildren(...(found ? [el("span", { class: "delivered" }, `; ${found.said}`), found.warning ? el("span", { class: "short" }, ` ${found.warning}`) : ""] : []));
    cost.textContent = lever.money || lever.claim || !costs ? "" : pounds(costs.levers[lever.name]);
  }
  byId("scenario").value = state.a.base;
  if (!costs) return;
  byId("others").replaceChildren(costs.others.length ? el("h3", {}, "On no lever") : "", ...costs.others.map((other) => el("div", { class: "other" },
    el("span", { class: "name" }, otherName(other)), padlocks(other), el("span", { class: "cost" }, pounds(other.pounds)))));
  const short = Object.values(results.a.delivered).some((found) => found.warning);
  byId("money").replaceChildren(stale ? "The plan before: " : "", el("strong", {}, costs.total ? `${pounds(costs.total)} a year` : "No cost"),
    ` from ${town.leversFrom} on${budget(costs)}`, short ? el("span", { class: "short" }, " The money is used up: what comes last gets less.") : "");
}

const otherName = (other) => (other.partnership ? "The partnership itself" : other.title);

// What is left of earlier years is in what there is; the table has it by itself.
function budget(costs) {
  const others = costs.elsewhere ? `; others pay ${pounds(costs.elsewhere)} of it` : "";
  return costs.budget === null ? `${others}; no limit is given.` : `${others}, of ${money(costs.budget + costs.carried)} there is: ${money(costs.left)} is left.`;
}

const money = (value) => pounds(value) === "no cost" ? "£0" : pounds(value);

// Every row of what a plan costs; they add up to what is under them.
export function asTable({ town, results }) {
  const plans = [results.a, results.b].filter(Boolean).map((result) => result.costs);
  const named = new Map(plans.flatMap((costs) => costs.others.map((other) => [other.name, other])));
  const row = (words, pick) => [words, ...plans.map((costs) => { const value = pick(costs); return value === undefined ? "not in this plan" : value === null ? "no limit" : money(value); })];
  const rows = [...town.levers.filter((lever) => !lever.money && !lever.claim).map((lever) => row(lever.verb, (costs) => costs.levers[lever.name])),
    ...[...named.values()].map((other) => row(`On no lever: ${otherName(other)}`, (costs) => costs.others.find((each) => each.name === other.name)?.pounds)),
    row("All together", (costs) => costs.total), row("of it from the partnership's budget", (costs) => costs.alliance), row("of it paid by others", (costs) => costs.elsewhere),
    row("The budget", (costs) => costs.budget), row(`Left from before ${town.leversFrom}`, (costs) => costs.carried), row("Left of both", (costs) => costs.left)];
  const title = "What is spent";
  return [title, table(`Pounds of 2017 a year, average of the runs from ${town.leversFrom} to ${town.last}`, ["For", "Plan A", ...(results.b ? ["Plan B"] : [])], rows)];
}

export function choosers(town, state, kept) {
  options(byId("scenario"), town.scenarios.map((scenario) => [scenario.name, scenario.title]), state.a.base);
  const entries = [["", "nothing"], ...(kept ? [["kept", "plan B, as kept"]] : []), ...town.scenarios.map((scenario) => [scenario.name, scenario.title])];
  options(byId("versus"), entries, versus(town, state, kept));
}

function versus(town, state, kept) {
  if (!state.b) return "";
  const usual = town.scenarios.find((scenario) => scenario.name === state.b.base);
  const asItIs = Object.keys(state.b.levers).every((name) => state.b.levers[name] === usual.levers[name]);
  return asItIs && !kept ? state.b.base : "kept";
}
