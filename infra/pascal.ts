/** `woocommerce:main-2` -> `WoocommerceMain2` */
export function pascal(text: string): string {
  return text
    .split(/[^a-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}
