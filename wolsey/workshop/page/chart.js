// The town over the years: a line a plan with the band where 9 runs in 10 lie, and what was published.

import { byId, el, lengths, table } from "./dom.js";
import { figure, lookSaid, signed } from "./words.js";

const A = { line: "#12436D", text: "#12436D", band: "rgba(18,67,109,0.16)", dash: "solid" };
const B = { line: "#F46A25", text: "#A33C00", band: "rgba(244,106,37,0.16)", dash: "dash" };
const BEFORE = { line: "#505A5F", text: "#505A5F", band: "rgba(80,90,95,0.12)", dash: "solid" };
const NOTHING = { line: "#505A5F", text: "#505A5F", dash: "8px,4px,2px,4px" };
const NOTHING_KEY = "Grey, dash and dot: doing nothing.";
const INK = "#0B0C0C", GREY = "#505A5F";
const CONFIG = { displayModeBar: false, responsive: false, doubleClick: false, showTips: false, staticPlot: false };
const MARGIN = { l: 46, r: 84, t: 26, b: 34 };
const YEARS = [2017, 2026, 2032, 2040, 2048], FEW_YEARS = [2017, 2032, 2048], SCENARIO = "conditional scenario";
let drawn = "", sides = MARGIN;

const size = () => Math.max(14, Math.min(18, parseFloat(getComputedStyle(document.body).fontSize) - 1));

function band(years, low, high, look) {
  const there = years.map((year, place) => [year, low[place], high[place]]).filter((row) => row[1] !== null);
  return { x: [...there.map((row) => row[0]), ...there.map((row) => row[0]).reverse()],
    y: [...there.map((row) => row[2]), ...there.map((row) => row[1]).reverse()],
    fill: "toself", fillcolor: look.band, line: { width: 0 }, mode: "lines", hoverinfo: "skip", showlegend: false };
}

const line = (years, values, look, name) => ({ x: years, y: values, mode: "lines", name, connectgaps: true,
  line: { color: look.line, width: 3.5, dash: look.dash }, hovertemplate: `${name}, %{x}: %{y}<extra></extra>` });

function lineEnd(years, values, words, colour) {
  const last = values.findLastIndex((value) => value !== null);
  return last < 0 ? null : { x: years[last], y: values[last], text: words, xanchor: "left", xshift: 8, showarrow: false,
    font: { color: colour, size: size() } };
}

// Labels at line ends that would lie on one another are moved apart.
function spread(labels, range, height) {
  const pixel = (range[1] - range[0]) / height, least = 20 * pixel;
  const sorted = labels.filter(Boolean).sort((x, y) => x.y - y.y);
  for (let place = 1; place < sorted.length; place += 1) {
    const gap = sorted[place].y - sorted[place - 1].y;
    if (gap < least) sorted[place].y = sorted[place - 1].y + least;
  }
  return sorted;
}

// The middle line of the plan before, moved by what a first look says that the plan changes.
function moved({ results, state, look }) {
  if (!look) return null;
  const by = look.series[state.series][state.group], at = new Map(look.years.map((year, place) => [year, by[place]]));
  return results.a.series[state.series][state.group].mean.map((value, place) => {
    const change = at.get(results.a.years[place]) ?? null;
    return value === null || change === null ? null : value + change;
  });
}

// Lines of doing nothing: one, or one a plan where their pasts differ; none for a plan that does nothing itself.
function nothings({ results, state }) {
  const found = [["nothing, A", results.a], ["nothing, B", results.b]].filter(([, result]) => result && !result.idle)
    .map(([name, result]) => [name, result.nothing[state.series][state.group]]);
  return found.length < 2 || JSON.stringify(found[0][1]) === JSON.stringify(found[1][1]) ? found.slice(0, 1).map(([, means]) => ["nothing", means]) : found;
}

// A figure of the group that is drawn: a gap is told in points.
const told = (value, indicator, state, digits = 0) => (state.group !== "gap" ? figure(value, indicator, digits)
  : value === null || value === undefined ? "no figure" : `${value.toFixed(Math.max(1, indicator.percent ? 1 : indicator.digits))} points`);

function parts(context) {
  const { town, results, state, difference } = context;
  const indicator = town.indicators[state.series], years = results.a.years;
  if (state.mode === "difference" && difference && results.b) {
    const found = difference.series[state.series][state.group];
    return { traces: [band(difference.years, found.low, found.high, A), line(difference.years, found.mean, A, "Plan A less plan B")],
      labels: [lineEnd(difference.years, found.mean, "A less B", A.text)], values: [...found.low, ...found.high, 0], zero: true };
  }
  const traces = [], labels = [], values = [], first = moved(context);
  for (const [name, means] of nothings(context)) {
    const words = name.replace("nothing", "doing nothing");
    traces.push({ ...line(years, means, NOTHING, words), line: { color: NOTHING.line, width: 2.5, dash: NOTHING.dash } });
    labels.push(lineEnd(years, means, name, NOTHING.text));
    values.push(...means);
  }
  for (const [result, look, name] of [[results.b, B, "Plan B"], [results.a, first ? BEFORE : A, first ? "Before" : "Plan A"]]) {
    if (!result) continue;
    const found = result.series[state.series][state.group];
    // Of few runs no band can be drawn.
    if (result.runs >= town.bandFrom) traces.push(band(years, found.low, found.high, look));
    traces.push(line(years, found.mean, look, name));
    labels.push(lineEnd(years, found.mean, first && result === results.a ? "before" : results.b ? name : "this plan", look.text));
    values.push(...found.low, ...found.high);
  }
  if (first) {
    traces.push(line(years, first, A, "First look"));
    labels.push(lineEnd(years, first, "first look", A.text));
    values.push(...first);
  }
  const england = englandOf(context);
  if (england.length) {
    traces.push({ x: england.map((row) => row[0]), y: england.map((row) => row[1]), mode: "lines", name: "England, published",
      line: { color: GREY, width: 2, dash: "dot" }, hovertemplate: "England, %{x}: %{y}<extra></extra>" });
    values.push(...england.map((row) => row[1]));
  }
  const seen = seenOf(context);
  traces.push({ x: seen.map((row) => row[0]), y: seen.map((row) => row[1]), mode: "markers", name: "Published",
    marker: { color: "#FFFFFF", size: 9, line: { color: INK, width: 2 } }, hovertemplate: "Published, %{x}: %{y}<extra></extra>" });
  values.push(...seen.map((row) => row[1]));
  return { traces, labels, values, zero: false, indicator };
}

const englandOf = ({ town, state }) => (state.group === "all" ? town.england[state.series] ?? [] : []);
const seenOf = ({ town, state }) => town.observed[state.series]?.[state.group] ?? [];

// The year's line lies over the chart, which need not be drawn anew for it.
const yearLine = el("div", { class: "year-line", "aria-hidden": "true" });

function markYear(town, year, width) {
  const [from, to] = span(town);
  yearLine.style.left = `${sides.l + ((year - from) / (to - from)) * (width - sides.l - sides.r)}px`;
}

const span = (town) => [town.first - 1.5, town.last + 0.6];
const later = (town) => ({ type: "rect", x0: town.validated + 0.5, x1: town.last + 0.5, y0: 0, y1: 1, yref: "paper",
  fillcolor: "#EEF1F3", line: { width: 0 }, layer: "below" });

export function draw(context) {
  const { town, results, state, difference } = context;
  if (!results.a || !window.Plotly) return;
  const box = byId("chart-drawing");
  note(context);
  const width = context.paper || box.clientWidth, height = context.paper ? 300 : Math.max(220, box.clientHeight);
  const key = JSON.stringify([state.series, state.group, state.mode, width, height, results.a.stamp,
    results.b?.stamp, difference?.stamp, context.look?.stamp]);
  if (!width) return;
  if (key === drawn) {
    markYear(town, state.year, width);
    return;
  }
  drawn = key;
  const indicator = town.indicators[state.series];
  const { traces, labels, values, zero } = parts(context);
  const known = values.filter((value) => value !== null);
  const low = Math.min(...known), high = Math.max(...known), pad = Math.max((high - low) * 0.1, 0.4);
  const share = indicator.percent && !zero && state.group !== "gap";
  const range = [share ? Math.max(0, low - pad) : low - pad, high + pad];
  const font = { family: getComputedStyle(document.body).fontFamily, size: size(), color: INK };
  const [tick, figures, scenario, ...ends] = lengths(["2048", "88.8%", SCENARIO, ...labels.filter(Boolean).map((each) => each.text)], "axis");
  sides = { ...MARGIN, l: Math.max(MARGIN.l, figures + 8), r: Math.max(MARGIN.r, ...ends.map((each) => each + 12)) };
  markYear(town, state.year, width);
  const [from, to] = span(town), unit = (width - sides.l - sides.r) / (to - from), few = 6 * unit < 1.15 * tick;
  // It stands over the years that it is about, or ends with the drawing where they are shorter than it.
  const over = (to - town.validated - 1) * unit + sides.r > scenario ? { x: town.validated + 1, xanchor: "left" } : { x: to, xanchor: "right", xshift: sides.r - 2 };
  Plotly.react(box, traces, {
    font, width, height, margin: sides, paper_bgcolor: "#FFFFFF", plot_bgcolor: "#FFFFFF", showlegend: false,
    dragmode: false, hovermode: "closest",
    xaxis: { range: span(town), tickvals: few ? FEW_YEARS : YEARS, tickangle: 0, fixedrange: true, showgrid: false,
      zeroline: false, tickfont: font, ticks: "outside", ticklen: 6, tickcolor: "#FFFFFF" },
    yaxis: { range, fixedrange: true, gridcolor: "#E3E7EA", zeroline: zero, zerolinecolor: INK, zerolinewidth: 2, nticks: 6, tickfont: font,
      ticksuffix: share ? "%" : "" },
    shapes: [later(town)],
    annotations: [...spread(labels, range, height - 60),
      { ...over, y: 1, yref: "paper", yanchor: "bottom", showarrow: false, text: SCENARIO,
        font: { ...font, color: GREY } }],
  }, CONFIG);
  box.append(yearLine);
}

function note(context) {
  const { town, results, state, difference, look } = context;
  const indicator = town.indicators[state.series], years = results.a.years, at = years.indexOf(state.year);
  const where = `${indicator.full}, ${town.drawn[state.group].toLowerCase()}`;
  let words, key = [results.a.runs < town.bandFrom ? "No band yet." : "Band: 9 runs in 10.",
    nothings(context).length ? NOTHING_KEY : "", seenOf(context).length ? "Circles: published." : "", englandOf(context).length ? "Dotted: England." : ""].filter(Boolean).join(" ");
  if (look) {
    words = lookSaid(context);
    key = "It has no band: the runs of the whole town follow. Grey: the plan before.";
  } else if (state.mode === "difference" && difference && results.b) {
    const found = difference.series[state.series][state.group], place = difference.years.indexOf(state.year);
    key = "Same children, same luck. Band: 9 pairs of runs in 10.";
    words = found.mean[place] === null ? `${state.year}: no figure.`
      : `${state.year}: plan A less plan B ${signed(found.mean[place], 1)} (${signed(found.low[place], 1)} to ${signed(found.high[place], 1)}); `
        + `A does better in ${found.better[place]} of ${difference.runs} runs.`;
  } else {
    const said = [[context.stale ? "the plan before" : results.b ? "Plan A" : "this plan", results.a], ["Plan B", results.b]]
      .filter(([, result]) => result).map(([name, result]) => `${name} ${atYear(context, result, at)}`);
    const idle = nothings(context).map(([name, means]) => `${name.replace("nothing", "doing nothing")} ${told(means[at], indicator, state)}`);
    words = `${state.year}: ${[...said, ...idle].join("; ")}.`;
  }
  byId("chart-note").textContent = `${words} ${key}`;
  const box = byId("chart-drawing");
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", `${where}, by year. ${words}`);
}

function atYear({ town, state }, result, at) {
  const indicator = town.indicators[state.series], found = result.series[state.series][state.group];
  const mean = told(found.mean[at], indicator, state);
  if (found.mean[at] === null || result.runs < town.bandFrom) return mean;
  return `${mean} (9 in 10 runs ${told(found.low[at], indicator, state)} to ${told(found.high[at], indicator, state)})`;
}

export function asTable(context) {
  const { town, results, state, difference } = context;
  const indicator = town.indicators[state.series], one = (value) => told(value, indicator, state, 1);
  const cell = (found, place) => (found.mean[place] === null ? "no figure"
    : `${one(found.mean[place])}${found.low[place] === null ? "" : ` (${one(found.low[place])} to ${one(found.high[place])})`}`);
  const seen = new Map(seenOf(context)), idle = nothings(context);
  const both = difference && results.b;
  const heads = ["Year", "Plan A", ...(results.b ? ["Plan B"] : []), ...idle.map(([name]) => name.replace("nothing", "Doing nothing")),
    ...(both ? ["A less B"] : []), "Published"];
  const rows = results.a.years.map((year, place) => [String(year), cell(results.a.series[state.series][state.group], place),
    ...(results.b ? [cell(results.b.series[state.series][state.group], place)] : []),
    ...idle.map(([, means]) => one(means[place])),
    ...(both ? [signed(difference.series[state.series][state.group].mean[difference.years.indexOf(year)], 2)] : []),
    seen.has(year) ? one(seen.get(year)) : ""]);
  const title = `${indicator.full}, ${town.drawn[state.group].toLowerCase()}`;
  return [title, table(`${title}: average of the runs, and where 9 in 10 lie`, heads, rows)];
}
