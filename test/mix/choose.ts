/** One of several, which may be undefined. */
export function choose<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(random() * items.length)] as T;
}
