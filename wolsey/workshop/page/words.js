// Numbers in the page's words: whole numbers, no percentages of chance.

const LOOKED = 10;

export function figure(value, indicator, digits = 0) {
  if (value === null || value === undefined) return "no figure";
  const said = value.toFixed(indicator.percent || indicator.unit === "points" ? digits : indicator.digits);
  return indicator.percent ? `${said}%` : said;
}

export function signed(value, digits = 1) {
  if (value === null || value === undefined) return "no figure";
  const said = Math.abs(value).toFixed(digits);
  if (Number(said) === 0) return "0";
  return (value > 0 ? "+" : "−") + said;
}

// To the pound, so that what is shown adds up.
export function pounds(value) {
  if (value === null || value === undefined) return "";
  return value === 0 ? "no cost" : `£${value.toLocaleString("en-GB")}`;
}

// A plan's sentence, where two plans are on the page.
export const named = (words, plan) => words.replace("this plan", `plan ${plan}`).replace("This is doing", `Plan ${plan} is doing`);

export const leverWords = (lever, value) => lever.words
  .replace("{tenths}", (10 * value).toFixed(0))
  .replace("{count}", value.toFixed(0))
  .replace("{count}", value.toFixed(0))
  .replace("{millions}", value.toFixed(1));

const lookOf = ({ town, look }) => `First look, a town of ${town.look} (${look.runs === 1 ? "one run" : `${look.runs} runs`})`;

// What a first look says against doing nothing.
export const lookedAt = ({ town, look }) => (look.said ? `${lookOf({ town, look })}: ${look.said}.` : `${lookOf({ town, look })}.`);

// What it says against the plan before: averages over the last years of a run or a few of a smaller town.
export function lookSaid({ town, look, state }) {
  const indicator = town.indicators[state.series], who = state.group === "all" ? "" : `, ${town.drawn[state.group].toLowerCase()}`, last = look.series[state.series][state.group].slice(-LOOKED).filter((value) => value !== null);
  const mean = last.reduce((sum, value) => sum + value, 0) / Math.max(1, last.length);
  return `${lookOf({ town, look })}: ${indicator.title}${who} ${last.length ? `${signed(mean)} points` : "no figure"} against the plan before, ${town.last - LOOKED + 1} to ${town.last}.`;
}

export const runsSaid = (result, of) => (result.checked ? `checked with ${result.runs} runs`
  : result.runs < of ? `${result.runs} of ${of} runs so far` : `${result.runs} runs`);
