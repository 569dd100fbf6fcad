// Passkeys: reads the options beside the form, asks the authenticator, puts its answer into the form and sends it.
// A form says what it wants: <form data-passkey="get|create" data-options="id of a JSON script">, with a hidden input
// named "passkey" and, for each thing that can fail, a hidden sentence <p data-problem="none|refused|known">.

const toBytes = (text) => {
  const plain = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(plain), (letter) => letter.charCodeAt(0));
};

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const withIds = (list) => (list || []).map((each) => ({ ...each, id: toBytes(each.id) }));

// The server speaks WebAuthn's JSON (base64url); the browser wants bytes.
const optionsOf = (form) => {
  const told = JSON.parse(document.getElementById(form.dataset.options).textContent);
  const options = { ...(told.publicKey || told) };
  options.challenge = toBytes(options.challenge);
  if (options.user) options.user = { ...options.user, id: toBytes(options.user.id) };
  if (options.excludeCredentials) options.excludeCredentials = withIds(options.excludeCredentials);
  if (options.allowCredentials) options.allowCredentials = withIds(options.allowCredentials);
  return { publicKey: options };
};

const RESPONSE_PARTS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

const answerOf = (credential) => {
  const response = {};
  for (const part of RESPONSE_PARTS) {
    if (credential.response[part]) response[part] = toText(credential.response[part]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
};

const problemOf = (error) => (error && error.name === "InvalidStateError" ? "known" : "refused");

const tell = (form, problem) => {
  for (const sentence of form.querySelectorAll("[data-problem]")) {
    sentence.hidden = sentence.dataset.problem !== problem;
    if (!sentence.hidden) sentence.focus();
  }
};

const ask = (form) => {
  const container = navigator.credentials;
  return form.dataset.passkey === "create" ? container.create(optionsOf(form)) : container.get(optionsOf(form));
};

const start = async (form, button) => {
  if (!window.PublicKeyCredential) return tell(form, "none");
  button.disabled = true;
  tell(form, "");
  try {
    form.elements.passkey.value = JSON.stringify(answerOf(await ask(form)));
    form.submit();
  } catch (error) {
    tell(form, problemOf(error));
    button.disabled = false;
  }
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    start(form, event.submitter || form.querySelector("button"));
  });
}

// A page kept by the browser's back button must not offer an old challenge.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});
