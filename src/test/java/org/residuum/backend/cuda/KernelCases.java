package org.residuum.backend.cuda;

import java.util.ArrayList;
import java.util.List;

/** All cases of all kernels. */
final class KernelCases {
  private KernelCases() {}

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    cases.addAll(ElementwiseCases.all());
    cases.addAll(BiasCases.all());
    return cases;
  }
}
