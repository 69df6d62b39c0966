/** Accounts that are polled: read to their end, without orders that wait, with a token that is valid. */
import { channels } from "../../lib/channels/index.ts";
import { METRICS } from "../../lib/ops/metric.ts";
import type { DeployedAccount } from "../deployment.ts";
import { pascal } from "../pascal.ts";
import { type AlarmSpec, alarm, DAY, MINUTE, ours } from "./spec.ts";

export function polling({ name, channel, pollMinutes = 1 }: DeployedAccount): AlarmSpec[] {
  const id = pascal(name);
  // Five polls in a row may fail before anybody has to know.
  const limit = Math.max(15, 5 * pollMinutes) * MINUTE;
  const periodSeconds = Math.min(limit, DAY);
  const cursor = alarm(
    `${id}CursorStuck`,
    ours(METRICS.cursorAge, { account: name }),
    { threshold: limit, statistic: "Maximum", periodSeconds, silence: "breaching" },
    `Konto ${name} nie jest doczytywane do końca. Sprawdź log funkcji Poll…: zły token, blokada API albo platforma nie odpowiada. Po naprawie nic nie ginie: czytanie rusza od zapamiętanego miejsca.`,
    `The account ${name} is not read to its end. Look into the log of its Poll function: a bad token, a block by the API, or a platform that does not answer. Nothing is lost: reading goes on where it stopped.`,
  );
  const unread = alarm(
    `${id}Unread`,
    ours(METRICS.pollLag, { account: name }),
    { threshold: limit, statistic: "Maximum", periodSeconds },
    `Zamówienia konta ${name} czekają na odczyt. Zwykle limit wywołań API: zmniejsz liczbę innych integratorów lub podnieś callsPerMinute.`,
    `Orders of the account ${name} wait to be read. Usually the API's limit of calls: use fewer other integrators, or raise callsPerMinute.`,
  );
  return keepsToken(channel) ? [cursor, unread, token(id, name, pollMinutes)] : [cursor, unread];
}

function keepsToken(channel: string): boolean {
  return channels.some(({ name, usesVault }) => name === channel && usesVault);
}

function token(id: string, name: string, pollMinutes: number): AlarmSpec {
  return alarm(
    `${id}TokenOver`,
    ours(METRICS.tokenLeft, { account: name }),
    {
      threshold: 300,
      statistic: "Maximum",
      // Each poll tells it once, after it renewed it: a shorter period would be silent in between.
      periodSeconds: Math.max(5, pollMinutes) * MINUTE,
      periods: 3,
      comparison: "LessThanThreshold",
    },
    `Token konta ${name} wygasł i nie daje się odnowić. Allegro: nadaj aplikacji dostęp od nowa i wpisz nowy refreshToken; Shoper: sprawdź apiUser i apiPassword (sst secret set … i sst deploy).`,
    `The token of ${name} is over and cannot be renewed. Allegro: authorise the application again and set the new refreshToken; Shoper: check apiUser and apiPassword (sst secret set … and sst deploy).`,
  );
}
