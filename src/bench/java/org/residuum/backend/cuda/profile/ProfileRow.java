package org.residuum.backend.cuda.profile;


/**
 * Equal things that a node asks for.
 *
 * @param profile null for products and copies
 */
record ProfileRow(
    RecordedRun.Item item, LaunchProfile profile, Bound bound, Residency residency, int count) {
  /** How a launch's blocks fill a multiprocessor. */
  record Residency(int registers, int sharedBytes, int blocks, double occupancy) {
    static final Residency NONE = new Residency(0, 0, 0, 0);
  }

  ProfileRow again() {
    return new ProfileRow(item, profile, bound, residency, count + 1);
  }

  double bytes() {
    if (item instanceof RecordedRun.Multiplied product) {
      return count * Bound.bytes(product.gemm());
    } else if (item instanceof RecordedRun.Copied copy) {
      return count * Bound.bytes(copy);
    }
    return count * profile.memoryBytes();
  }

  double seconds() {
    return count * bound.least();
  }

  /** What the rows of the sums are. */
  String group() {
    if (item instanceof RecordedRun.Launched launch) {
      return launch.kernel().name();
    }
    return item instanceof RecordedRun.Multiplied ? "products" : "copies and fills";
  }
}
