// The server on the other side: JSON in, JSON or lines of JSON out.

// Made up anew each time the page is opened; it says which requests are this page's own, and nothing else.
const SESSION = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");

export class Refused extends Error {}

async function ask(path, content, signal) {
  const request = content === undefined ? { signal } : {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Wolsey-Session": SESSION },
    body: JSON.stringify(content),
    signal,
  };
  let answer;
  try {
    answer = await fetch(path, request);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused("The workshop does not answer: has it been closed?");
  }
  if (!answer.ok) {
    const said = await answer.json().catch(() => ({}));
    throw new Refused(said.error ?? "The workshop could not answer.");
  }
  return answer;
}

export const get = async (path) => (await ask(path)).json();
export const post = async (path, content, signal) => (await ask(path, content, signal)).json();
export const file = async (path, content) => (await ask(path, content)).blob();

export async function* lines(path, content, signal) {
  const reader = (await ask(path, content, signal)).body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    rest += value;
    const parts = rest.split("\n");
    rest = parts.pop();
    for (const part of parts) {
      const line = JSON.parse(part);
      if (line.error) throw new Refused(line.error);
      yield line;
    }
  }
}
