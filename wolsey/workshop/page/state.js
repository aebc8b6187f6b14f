// What the page shows, and a link that keeps all of it.

const LONGEST = 6000;
export const TABS = ["plan", "town", "paths", "targets", "lives"];

export const state = {
  a: null, b: null, year: 2017, indicator: "ks2_rwm", series: "ks2_rwm", group: "disadvantaged", pathsGroup: "all", pathsPlan: "a",
  mode: "both", goals: "vision_2048", lower: "paths", tab: "town",
};

export const same = (x, y) => x !== null && y !== null && x.base === y.base
  && Object.keys(x.levers).every((name) => x.levers[name] === y.levers[name]);

const encode = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)))
  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const decode = (text) => new TextDecoder("utf-8", { fatal: true })
  .decode(Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0)));

export function link(version) {
  const { a, b, ...view } = state;
  return `#v${version}.${encode(JSON.stringify({ a, b, view }))}`;
}

const isPlan = (plan) => plan !== null && typeof plan === "object" && !Array.isArray(plan) && typeof plan.base === "string"
  && plan.levers !== null && typeof plan.levers === "object" && !Array.isArray(plan.levers);

// A plan from a link: only levers there are, each a number within its range. Null where it is none.
function planOf(found, town) {
  if (!isPlan(found)) return null;
  const base = town.scenarios.find((scenario) => scenario.name === found.base);
  if (!base) return null;
  const levers = { ...base.levers };
  for (const lever of town.levers) {
    const value = Object.hasOwn(found.levers, lever.name) ? found.levers[lever.name] : levers[lever.name];
    if (typeof value !== "number" || !Number.isFinite(value)) return null;
    const steps = Math.round((Math.min(Math.max(value, lever.low), lever.high) - lever.low) / lever.step);
    levers[lever.name] = Math.round((lever.low + steps * lever.step) * 1e6) / 1e6;
  }
  return { base: base.name, levers };
}

// Reads a link into the state. False where it cannot be read; the state is then as it was.
export function read(hash, town) {
  if (!hash || hash === "#") return true;
  const match = /^#v(\d{1,3})\.([\w-]+)$/.exec(hash);
  if (!match || Number(match[1]) !== town.version || hash.length > LONGEST) return false;
  try {
    const found = JSON.parse(decode(match[2]));
    const a = planOf(found.a, town);
    const b = found.b === null || found.b === undefined ? null : planOf(found.b, town);
    if (a === null || (found.b && b === null)) return false;
    const view = found.view ?? {};
    const pick = (key, allowed) => (allowed.includes(view[key]) ? view[key] : state[key]);
    const year = Number.isInteger(view.year) ? Math.min(Math.max(view.year, town.first), town.last) : state.year;
    Object.assign(state, {
      a, b, year,
      indicator: pick("indicator", town.mapped), series: pick("series", town.series),
      group: pick("group", Object.keys(town.drawn)), pathsGroup: pick("pathsGroup", Object.keys(town.groups)),
      pathsPlan: pick("pathsPlan", ["a", "b"]), mode: pick("mode", ["both", "difference"]),
      goals: pick("goals", ["vision_2048", "opportunity_area_2021"]), lower: pick("lower", ["paths", "lives"]),
      tab: pick("tab", TABS),
    });
    return true;
  } catch {
    return false;
  }
}
