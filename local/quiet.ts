/**
 * Imported first, because the logger reads its level when it is loaded: a desk wants to see what went wrong.
 * POWERTOOLS_LOG_LEVEL=INFO shows every verdict and metric as in the cloud.
 */
if (process.env.POWERTOOLS_LOG_LEVEL === undefined) {
  process.env.POWERTOOLS_LOG_LEVEL = "WARN";
  process.env.POWERTOOLS_METRICS_DISABLED ??= "true";
}
