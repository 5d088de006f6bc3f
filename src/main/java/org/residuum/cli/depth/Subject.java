package org.residuum.cli.depth;

/** One training of the study. */
record Subject(Form form, int blocks, boolean residual, long seed) {
  String model() {
    return form.model(blocks, residual);
  }

  @Override
  public String toString() {
    return model() + ", seed " + seed;
  }
}
