package org.residuum.backend.lower;

/** The addresses of a plan's or a training's parameters; each has the forms that its steps read. */
public interface ParameterSource {
  /** In fp32. */
  default long parameter(String name) {
    throw new IllegalStateException("no parameter " + name + " in the form that its name gives");
  }

  /** In the type and layout in which products read it. */
  default long weight(String name) {
    return parameter(name);
  }

  /** The derived parameter of that index, {@link Program#derived}. */
  default long derived(int index) {
    throw new IllegalStateException("nothing is derived from these parameters");
  }

  /** The gradient of a trained parameter, fp32. */
  default long gradient(String name) {
    throw new IllegalStateException("an inference plan has no gradient of " + name);
  }
}
