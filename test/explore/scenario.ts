/** What a scenario is: who says what, how often each story may run, and how much may go wrong. */
import type { Instant, Sighting } from "../../lib/core/order.ts";
import type { Entry } from "./erp.ts";
import type { Setting } from "./stories.ts";
import type { World } from "./world.ts";

/** `after`: acts, by their index, that have to be over before. */
type Act = { after?: readonly number[] } & (
  | { act: "report"; sighting: Sighting }
  /** A polled platform shows this from now on. */
  | { act: "shows"; sighting: Sighting }
  | { act: "hint"; id: string }
  /** Another integrator writes an ERP order. */
  | { act: "foreign"; entry: Entry }
);

export type Purchase = {
  /** Ids by which it is known to anybody, as the sources and the ERP write them. */
  ids: readonly string[];
  /**
   * What it has to come to. `in-erp`: once, as its source shows it last, or a person was told. `not-in-erp`: nowhere, or told.
   * `either`: nobody can say which, but never twice without a word.
   */
  ends: "in-erp" | "not-in-erp" | "either";
  /** In minor units, as its sources show it last. */
  total?: number;
};

export type Scenario = {
  name: string;
  /** What it shows, in one sentence. */
  about: string;
  start: Instant;
  setting: Setting;
  acts: readonly Act[];
  purchases: readonly Purchase[];
  starts: Partial<Record<"deliver" | "sweep" | "poll" | "watch" | "bridge" | "tick", number>>;
  budget?: Partial<Record<"crash" | "store" | "erp", number>>;
  /** As `Io` says. */
  isTorn?: boolean | "at-once";
  /** A webhook that failed is not sent again: the poll finds the order. */
  isSentOnce?: boolean;
  /** The store deletes what is over its time, at any moment after it. */
  forgets?: boolean;
  jumpsMs?: readonly number[];
  /** The act that is over before the clock jumps; the first if absent. */
  jumpsAfter?: number;
  /** Errors of the clocks of processes. */
  skewsMs?: readonly number[];
  /** What cannot be known in time: the ERP may have it twice, and then a person is told. */
  isUnknowable?: string;
  prepare?: (world: World) => void;
};
