package org.residuum.backend.cuda;

/** Where parameters lie in device memory, each from its first element on. */
interface ParameterSource {
  /** In the mode's storage type, for products. */
  long weight(String name);

  /** In fp32. */
  long vector(String name);

  /** Values computed of parameters at compile time, fp32. */
  long derived(String name);

  /** The gradient of a trained parameter, fp32. */
  long gradient(String name);
}
