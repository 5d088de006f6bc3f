package org.residuum.plan;

import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;
import org.residuum.network.Value;
import org.residuum.network.op.BatchNorm;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Dense;
import org.residuum.network.op.Epilogue;
import org.residuum.network.op.Op;

/**
 * Folds a batch norm in inference into the product before it: with s = gamma / sqrt(var + epsilon),
 * w' = s w and b' = s (b - mean) + beta (Jacob et al. 2018, section 3.2). A batch norm that follows
 * no product stays.
 */
public final class BatchNormFolding {
  /** A network with the parameters it now reads. */
  public record Folded(Network network, Parameters parameters) {}

  private final Network network;
  private final Parameters parameters;
  private final Map<Value, Integer> reads = new HashMap<>();
  private final Map<String, Integer> parameterReads = new HashMap<>();
  private final Map<Value, Node> maker = new HashMap<>();
  private final Map<String, Tensor> folded = new LinkedHashMap<>();

  private BatchNormFolding(Network network, Parameters parameters) {
    this.network = network;
    this.parameters = parameters;
    for (Node node : network.nodes()) {
      node.inputs().forEach(value -> reads.merge(value, 1, Integer::sum));
      node.parameters().forEach(spec -> parameterReads.merge(spec.name(), 1, Integer::sum));
      node.outputs().forEach(value -> maker.put(value, node));
    }
    network.outputs().values().forEach(value -> reads.merge(value, 1, Integer::sum));
  }

  /** The folded network and its parameters; tensors that did not change are shared, not copied. */
  public static Folded apply(Network network, Parameters parameters) {
    return new BatchNormFolding(network, parameters).fold();
  }

  private Folded fold() {
    Map<Node, Node> normOf = new HashMap<>();
    for (Node node : network.nodes()) {
      if (node.op() instanceof BatchNorm norm
          && !norm.training()
          && foldsInto(node.inputs().get(0))) {
        normOf.put(maker.get(node.inputs().get(0)), node);
      }
    }
    Rewriter out = new Rewriter(network);
    for (Node node : network.nodes()) {
      Node norm = normOf.get(node);
      if (norm != null) {
        foldInto(out, node, norm);
      } else if (!normOf.containsValue(node)) {
        out.copy(node);
      }
    }
    Network result = out.build();
    Map<String, Tensor> used = new LinkedHashMap<>();
    for (ParameterSpec spec : result.parameters()) {
      Tensor tensor = folded.get(spec.name());
      used.put(spec.name(), tensor != null ? tensor : parameters.get(spec.name()));
    }
    return new Folded(result, new Parameters(used));
  }

  private boolean foldsInto(Value x) {
    Node product = maker.get(x);
    Op op = product.op();
    boolean plain =
        op instanceof Conv2d conv
            ? conv.epilogue().equals(Epilogue.NONE)
            : op instanceof Dense dense && dense.epilogue().equals(Epilogue.NONE);
    return plain
        && reads.get(x) == 1
        && product.parameters().stream().allMatch(spec -> parameterReads.get(spec.name()) == 1);
  }

  private void foldInto(Rewriter out, Node product, Node norm) {
    BatchNorm op = (BatchNorm) norm.op();
    ParameterSpec weight = product.parameters().get(0);
    String biasName =
        product.parameters().size() > 1
            ? product.parameters().get(1).name()
            : product.name() + ".folded_bias";
    float[] bias = product.parameters().size() > 1 ? values(product, 1) : null;
    float[] gamma = values(norm, 0);
    float[] beta = values(norm, 1);
    float[] mean = values(norm, 2);
    float[] var = values(norm, 3);
    FloatBuffer unscaled = parameters.get(weight.name()).data();
    float[] w = new float[weight.shape().elements()];
    int rows = weight.shape().extent(0);
    float[] b = new float[rows];
    // Most of the time goes into pages that are touched for the first time, here and in the file.
    IntStream.range(0, rows)
        .parallel()
        .forEach(
            row -> {
              double scale = gamma[row] / Math.sqrt((double) var[row] + op.epsilon());
              scaleRow(unscaled, w, row, w.length / rows, scale);
              double shift = (bias == null ? 0 : bias[row]) - (double) mean[row];
              b[row] = (float) (shift * scale + beta[row]);
            });
    folded.put(weight.name(), new Tensor(weight.shape(), FloatBuffer.wrap(w)));
    folded.put(biasName, new Tensor(Shape.of(rows), FloatBuffer.wrap(b)));
    List<ParameterSpec> specs =
        List.of(weight, new ParameterSpec(biasName, Shape.of(rows), ParameterSpec.Role.BIAS));
    out.append(product, biased(product.op(), op), product.inputs(), specs, norm.output());
  }

  private static Op biased(Op product, BatchNorm norm) {
    Epilogue epilogue = Epilogue.NONE.with(norm.activation());
    return product instanceof Conv2d conv
        ? conv.withBias().with(epilogue)
        : new Dense(((Dense) product).outFeatures(), true, epilogue);
  }

  private static void scaleRow(FloatBuffer unscaled, float[] w, int row, int length, double scale) {
    unscaled.get(row * length, w, row * length, length);
    for (int i = row * length; i < (row + 1) * length; i++) {
      w[i] = (float) (w[i] * scale);
    }
  }

  private float[] values(Node node, int parameter) {
    return parameters.get(node.parameters().get(parameter).name()).toArray();
  }
}
