// The verify page: a code from the address, the camera or a photo is judged here, on this device.

import { verifyQr } from "./judge.js";
import { loadKnowledge } from "./knowledge.js";
import { readCamera, readPhoto } from "./scanner.js";
import { label, show, tell } from "./show.js";
import "./home.js";

const element = (id) => document.getElementById(id);
const knowledge = loadKnowledge();
knowledge.catch(() => {}); // told when a code asks for it
let filming = null;

async function judge(text) {
  tell(label("checking"));
  if (!globalThis.crypto?.subtle || !globalThis.DecompressionStream) return tell(label("old"));
  try {
    const { directory, lists } = await knowledge;
    show(await verifyQr(text, directory, lists, Date.now()));
    return tell("");
  } catch {
    return tell(label("no_keys"));
  }
}

function judgeAddress() {
  const { hash } = location;
  for (const link of document.querySelectorAll(".tongues a")) link.hash = hash;
  if (hash.length > 16) judge(hash);
}

async function film() {
  if (filming) return filming.abort();
  filming = new AbortController();
  element("viewer").hidden = false;
  element("film").textContent = label("stop");
  tell(label("aim"));
  try {
    const text = await readCamera(element("video"), filming.signal);
    if (text) await judge(text);
    else tell("");
  } catch {
    tell(label("no_camera"));
  }
  element("viewer").hidden = true;
  element("film").textContent = label("film");
  filming = null;
}

async function photo() {
  const [file] = element("photo").files;
  if (!file) return;
  tell(label("reading"));
  const text = await readPhoto(file).catch(() => null);
  element("photo").value = "";
  if (text) return judge(text);
  show({ exit: 2, code: "portal.photo_without_code", values: {}, fields: [], warnings: [] });
  tell("");
}

element("scan").hidden = false;
element("film").hidden = !navigator.mediaDevices?.getUserMedia;
element("film").addEventListener("click", film);
element("photo").addEventListener("change", photo);
addEventListener("hashchange", judgeAddress);
judgeAddress();
