// Judges every vector with the page's own programs, in the browser.
async ({ keys, lists, cases }) => {
  const { verifyQr } = await import("/static/portal/judge.js");
  const { readDirectory, readStatusList } = await import("/static/portal/knowledge.js");
  const directory = readDirectory(keys);
  const day = (count) => (count === null || count === undefined ? null : new Date(count * 86400e3).toISOString().slice(0, 10));
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const answers = [];
  for (const one of cases) {
    const read = [];
    for (const name of one.lists) {
      try { read.push(await readStatusList(bytes(lists[name]), directory)); } catch (error) { if (!error.code) throw error; }
    }
    const verdict = await verifyQr(one.text, directory, read, Date.parse(one.at));
    answers.push({
      exit: verdict.exit, code: verdict.code, institution: verdict.institutionCode ?? null, type: verdict.typeCode ?? null,
      document: verdict.id ?? null, issued: day(verdict.issued), expires: day(verdict.expires), status: verdict.status ?? "unknown",
      original: verdict.original ?? null, warnings: verdict.warnings,
      fields: verdict.fields.map(({ number, value, shortened }) => [number, value, shortened]),
    });
  }
  return answers;
}
