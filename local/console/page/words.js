/** What the page itself says; whatever stands in its HTML brings its Polish along in `data-pl`. */
const WORDS = {
  light: { en: "Light", pl: "Jasno" },
  dark: { en: "Dark", pl: "Ciemno" },
  nothing: { en: "nothing measured yet", pl: "jeszcze nic nie zmierzono" },
  onAws: { en: "measured on AWS alone", pl: "mierzone tylko na AWS" },
  shop: { en: "Shop", pl: "Sklep" },
  baselinker: { en: "BaseLinker", pl: "BaseLinker" },
  allegro: { en: "Allegro", pl: "Allegro" },
  notYet: { en: "has not reported it yet", pl: "jeszcze nie zgłosiło" },
  erp: { en: "ERP", pl: "ERP" },
  erpNone: { en: "no order yet", pl: "jeszcze nie ma zamówienia" },
  erpOnce: {
    en: "Three reports, one order in the ERP:",
    pl: "Trzy zgłoszenia, jedno zamówienie w ERP:",
  },
  working: { en: "Waiting for the verdict…", pl: "Czekam na werdykt…" },
  history: { en: "Show its history", pl: "Pokaż historię" },
  failed: { en: "Kojarz did not answer", pl: "Kojarz nie odpowiedział" },
};

let language = localStorage.getItem("kojarz-language") ?? (navigator.language.startsWith("pl") ? "pl" : "en");

export function languageNow() {
  return language;
}

export function say(word) {
  return WORDS[word]?.[language] ?? word;
}

/** Puts every text of the page in the language that was chosen. */
export function speak(chosen) {
  language = chosen;
  localStorage.setItem("kojarz-language", chosen);
  document.documentElement.lang = chosen;
  for (const element of document.querySelectorAll("[data-pl]")) {
    element.dataset.en ??= element.textContent;
    element.textContent = chosen === "pl" ? element.dataset.pl : element.dataset.en;
  }
  const button = document.getElementById("language");
  button.textContent = chosen === "pl" ? "In English" : "Po polsku";
  button.lang = chosen === "pl" ? "en" : "pl";
}
