package org.residuum.backend.cuda.cases;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All cases of all kernels. */
public final class KernelCases {
  private KernelCases() {}

  public static List<KernelCase> all() {
    return families().values().stream().flatMap(List::stream).toList();
  }

  /** The cases by the family of their kernels. On a GPU each family has a process of its own. */
  public static Map<String, List<KernelCase>> families() {
    Map<String, List<KernelCase>> families = new LinkedHashMap<>();
    families.put("elementwise", ElementwiseCases.all());
    families.put("channels", ChannelCases.all());
    families.put("columns", ColumnCases.all());
    families.put("finish", FinishCases.all());
    families.put("example-norm", ExampleNormCases.all());
    families.put("pooling", PoolingCases.all());
    families.put("global", GlobalCases.all());
    families.put("convolution", ConvolutionCases.all());
    families.put("moves", MoveCases.all());
    families.put("softmax", SoftmaxCases.all());
    families.put("loss", LossCases.all());
    families.put("optimizer", OptimizerCases.all());
    families.put("norm", NormCases.all());
    families.put("layout", LayoutCases.all());
    return families;
  }
}
