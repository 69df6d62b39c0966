/** What has to be known of each platform to connect it, what is made here, and what is registered there. */
import { randomBytes } from "node:crypto";
import type { Text } from "../../lib/ops/answers.ts";

export type Field = {
  name: string;
  ask: Text;
  /** Asked for without an echo, and never taken from the command line. */
  secret?: true;
  /** Nothing may be answered. */
  optional?: true;
};

export type Draft = Record<string, unknown>;

export type Recipe = {
  fields: readonly Field[];
  /** Settings that nobody has to think of; those that are there already stay. */
  made(): Draft;
};

const url: Field = { name: "baseUrl", ask: { pl: "Adres sklepu (https://…)", en: "The shop's address (https://…)" } };

function secret(name: string, pl: string, en: string): Field {
  return { name, secret: true, ask: { pl, en } };
}

/** Letters and figures alone: the form of a shop may change anything else. */
function plainSecret(): string {
  return randomBytes(36).toString("base64url").replace(/[-_]/g, "x");
}

const nothing = () => ({});

export const RECIPES: Readonly<Record<string, Recipe>> = {
  woocommerce: {
    fields: [
      url,
      secret("consumerKey", "Klucz REST (ck_…), z prawem odczytu i zapisu", "REST key (ck_…), to read and write"),
      secret("consumerSecret", "Sekret klucza REST (cs_…)", "Its secret (cs_…)"),
    ],
    made: () => ({ secrets: [plainSecret()], pollSeconds: 300 }),
  },
  shopify: {
    fields: [
      {
        name: "shop",
        ask: { pl: "Nazwa sklepu (nazwa.myshopify.com)", en: "The shop's own name (name.myshopify.com)" },
      },
      secret("accessToken", "Token Admin API (shpat_…)", "Admin API token (shpat_…)"),
      secret("secrets", "Sekret aplikacji (client secret)", "The app's client secret"),
    ],
    made: () => ({ pollSeconds: 300 }),
  },
  allegro: {
    fields: [
      { name: "clientId", ask: { pl: "Client ID aplikacji", en: "The application's client id" } },
      secret("clientSecret", "Client secret aplikacji", "The application's client secret"),
      {
        name: "userAgent",
        ask: { pl: "User-Agent (Nazwa/1.0 (+https://…))", en: "User-Agent (Name/1.0 (+https://…))" },
      },
    ],
    made: nothing,
  },
  baselinker: {
    fields: [secret("token", "Token API BaseLinkera", "BaseLinker's API token")],
    made: () => ({ callbackToken: plainSecret() }),
  },
  standard: {
    fields: [],
    made: () => ({ secrets: [`whsec_${randomBytes(32).toString("base64")}`] }),
  },
  magento: {
    fields: [url, secret("accessToken", "Access token integracji", "The integration's access token")],
    made: nothing,
  },
  prestashop: {
    fields: [url, secret("webserviceKey", "Klucz webservice", "The webservice key")],
    made: nothing,
  },
  idosell: {
    fields: [url, secret("apiKey", "Klucz Admin API", "A key of the Admin API")],
    made: nothing,
  },
  shoper: {
    fields: [
      url,
      { name: "apiUser", ask: { pl: "Administrator z dostępem do API", en: "An administrator who may use the API" } },
      secret("apiPassword", "Jego hasło", "Its password"),
    ],
    made: () => ({ secrets: [plainSecret()] }),
  },
  adobe: {
    fields: [
      { name: "clientId", ask: { pl: "Client ID projektu w Adobe", en: "The client id of the project at Adobe" } },
      {
        name: "keyPaths",
        optional: true,
        ask: {
          pl: "Ścieżki kluczy z logu (unknown-key), jeśli już są",
          en: "Paths of keys from the log (unknown-key), where there are any yet",
        },
      },
    ],
    made: () => ({ publicKeys: {} }),
  },
};
