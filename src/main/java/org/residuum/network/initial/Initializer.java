package org.residuum.network.initial;

import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;
import org.residuum.network.initial.ResidualBranches.Branch;

/**
 * First values of the parameters: weights normal with variance 2 / fan (He et al. 2015b, equation
 * 10; fan-out for convolutions as in torchvision, fan-in for dense layers), gamma and running
 * variance 1, the rest 0.
 *
 * <p>With that alone each residual block without batch norm doubles the variance of its signal,
 * which overflows after some 120 of them. So the weights of L such branches start smaller (Zhang,
 * Dauphin and Ma 2019, "Fixup initialization", section 3): those of the layer that closes a branch
 * of m layers at zero, which makes the block start as its shortcut, the others scaled by L to the
 * power -1 / (2m - 2), which bounds what a step of all branches together does. A branch that ends
 * in a ReLU would stay at zero for ever: its closing weights are divided by L instead. The branches
 * are found by the network's form, so blocks of one's own start like those of {@link
 * ResidualBlocks}.
 *
 * <p>A batch norm that closes a branch starts with gamma 1 in networks of up to 16 such branches
 * (resnet34, resnet50); in deeper ones with 0 (Goyal et al. 2017, section 5.1), without which
 * resnet56 and resnet110 learn slowly (site/markdown/training.md).
 */
public final class Initializer {
  /** Branches of the deepest networks whose closing gammas start at 1. */
  private static final int SHALLOW = 16;

  /** Times 1 / fan, the variance of weights: He's, and that of PyTorch's {@code nn.Linear}. */
  private static final double HE = 2;

  private static final double LINEAR = 1 / 3.0;

  private final long seed;
  private final boolean identityBlocks;
  private final double denseGain;

  /** The plain initialisation of that seed. */
  public Initializer(long seed) {
    this(seed, false);
  }

  /**
   * An initialisation.
   *
   * @param identityBlocks whether branches that a batch norm closes start as zero at any depth, so
   *     that each block starts as its shortcut
   */
  public Initializer(long seed, boolean identityBlocks) {
    this(seed, identityBlocks, HE);
  }

  private Initializer(long seed, boolean identityBlocks, double denseGain) {
    this.seed = seed;
    this.identityBlocks = identityBlocks;
    this.denseGain = denseGain;
  }

  /**
   * The same with weights of dense layers of variance 1 / (3 fan-in), a sixth of He's, as PyTorch's
   * {@code nn.Linear} has: networks that learn numbers generalise better from them
   * (site/markdown/training.md).
   */
  public Initializer small() {
    return new Initializer(seed, identityBlocks, LINEAR);
  }

  /** Fresh parameters for the network, slices of one flat buffer. */
  public Parameters initialize(Network network) {
    Parameters parameters = Parameters.allocate(network.parameters());
    Map<String, Double> scales = scales(network);
    for (Node node : network.nodes()) {
      for (ParameterSpec spec : node.parameters()) {
        double start = identityBlocks && spec.closesBranch() ? 0 : 1;
        double scale = scales.getOrDefault(spec.name(), start);
        fill(spec, node.op().initial(spec.role()), scale, parameters.get(spec.name()).data());
      }
    }
    return parameters;
  }

  /** What the first values of some parameters are multiplied by. */
  private Map<String, Double> scales(Network network) {
    List<Branch> branches = ResidualBranches.of(network);
    long bare = branches.stream().filter(branch -> !branch.isNormalised()).count();
    boolean deep = branches.size() - bare > SHALLOW;
    Map<String, Double> scales = new HashMap<>();
    for (Branch branch : branches) {
      double inner = branch.layers() < 2 ? 1 : Math.pow(bare, -0.5 / (branch.layers() - 1));
      if (!branch.isNormalised()) {
        put(scales, branch.closing(), branch.rectified() ? 1.0 / bare : 0);
        put(scales, branch.inner(), branch.rectified() ? 1 : inner);
      } else if ((identityBlocks || deep) && !branch.rectified()) {
        put(scales, branch.closing(), 0);
      }
    }
    return scales;
  }

  private static void put(Map<String, Double> scales, List<ParameterSpec> specs, double scale) {
    specs.forEach(spec -> scales.put(spec.name(), scale));
  }

  private void fill(ParameterSpec spec, float initial, double scale, FloatBuffer data) {
    if (scale == 0) {
      return;
    }
    if (spec.role() == ParameterSpec.Role.WEIGHT) {
      fillNormal(spec, scale, data);
    } else {
      fillConstant(
          spec.role() == ParameterSpec.Role.GAMMA ? initial * (float) scale : initial, data);
    }
  }

  private static void fillConstant(float value, FloatBuffer data) {
    for (int i = 0; i < data.limit(); i++) {
      data.put(i, value);
    }
  }

  private void fillNormal(ParameterSpec spec, double scale, FloatBuffer data) {
    SplittableRandom random =
        new SplittableRandom(seed * 0x9E3779B97F4A7C15L + spec.name().hashCode());
    double gain = spec.shape().rank() == 4 ? HE : denseGain;
    double deviation = scale * Math.sqrt(gain / fan(spec.shape()));
    for (int i = 0; i < data.limit(); i++) {
      data.put(i, (float) (deviation * random.nextGaussian()));
    }
  }

  private static int fan(Shape weight) {
    return weight.rank() == 4
        ? weight.extent(0) * weight.extent(2) * weight.extent(3)
        : weight.extent(1);
  }
}
