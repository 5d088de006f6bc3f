package org.residuum.backend.cuda.cases;

import java.util.ArrayList;
import java.util.List;

/** All cases of all kernels. */
public final class KernelCases {
  private KernelCases() {}

  public static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    cases.addAll(ElementwiseCases.all());
    cases.addAll(ActivationCases.all());
    cases.addAll(ExampleNormCases.all());
    cases.addAll(BiasCases.all());
    cases.addAll(BatchNormCases.all());
    cases.addAll(PoolingCases.all());
    cases.addAll(ConvolutionCases.all());
    cases.addAll(SoftmaxCases.all());
    cases.addAll(OptimizerCases.all());
    cases.addAll(LayoutCases.all());
    return cases;
  }
}
