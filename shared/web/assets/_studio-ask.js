// One way to ask the studio for JSON, and to fail with a sentence that can be shown.

/** Sends JSON, reads JSON. Rejects with an Error whose message is for people and whose `status` and `said` are for scripts. */
export async function ask(method, path, body, signal) {
  const headers = { accept: "application/json" };
  if (body) headers["content-type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: body && JSON.stringify(body), signal });
  } catch (fault) {
    if (fault.name === "AbortError") throw fault;
    throw Object.assign(new Error("The line dropped. What has arrived is kept."), { status: 0 });
  }
  const said = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (answer.ok) return said;
  const message = said?.message ?? "The studio did not answer. Try again in a minute.";
  throw Object.assign(new Error(message), { status: answer.status, said });
}
