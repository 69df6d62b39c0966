/** What this compares with of a model of botocore (`service-2.json`). */
export type Shape = {
  type: string;
  required?: string[];
  members?: Record<string, { shape: string }>;
  member?: { shape: string };
  key?: { shape: string };
  value?: { shape: string };
  enum?: string[];
  min?: number;
  max?: number;
  pattern?: string;
};
export type Model = {
  operations: Record<string, { input?: { shape: string } }>;
  shapes: Record<string, Shape>;
};
