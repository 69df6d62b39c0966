/**
 * On-demand prices of AWS in us-east-1, US dollars, without tax and free tier, as public pages of 2025 quote them.
 * Other regions differ (Frankfurt is dearer by up to a quarter): put your region's prices here, the sums follow.
 */
export const PRICES = {
  millionWriteUnits: 0.625,
  millionReadUnits: 0.125,
  millionInvocations: 0.2,
  /** Lambda on arm64. */
  gigabyteSecond: 0.0000133334,
  millionApiRequests: 1,
  /** Logs taken in by CloudWatch; metrics arrive in them. */
  logGigabyte: 0.5,
  millionSchedules: 1,
  /** A month each. */
  customMetric: 0.3,
  alarm: 0.1,
  dashboard: 3,
} as const;
