package org.residuum.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.loss.PointwiseLoss;
import org.residuum.network.loss.SoftTargetCrossEntropy;
import org.residuum.network.loss.SoftmaxCrossEntropy;
import org.residuum.network.op.Activate;
import org.residuum.network.op.Activation;
import org.residuum.network.op.Add;
import org.residuum.network.op.BatchNorm;
import org.residuum.network.op.Concat;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Dense;
import org.residuum.network.op.Epilogue;
import org.residuum.network.op.Gather;
import org.residuum.network.op.GlobalAveragePool;
import org.residuum.network.op.GroupNorm;
import org.residuum.network.op.LayerNorm;
import org.residuum.network.op.Multiply;
import org.residuum.network.op.Op;
import org.residuum.network.op.PRelu;
import org.residuum.network.op.PadChannels;
import org.residuum.network.op.Pool2d;
import org.residuum.network.op.Reshape;
import org.residuum.network.op.SliceChannels;
import org.residuum.network.op.Softmax;
import org.residuum.network.op.Subsample;
import org.residuum.network.op.Transpose;
import org.residuum.network.op.Window;

/**
 * The one table of operations: it drives the finite differences and the comparison of each backend
 * with the reference.
 */
public final class OpCases {
  /** Those that are tried behind everything that can be fused with one. */
  private static final List<Activation> FUSED =
      List.of(
          Activation.NONE,
          Activation.RELU,
          Activation.RELU6,
          Activation.clip(-0.5f, 0.75f),
          Activation.SIGMOID);

  /** Those that are tried behind a convolution, a dense layer, a batch norm and a sum. */
  private static final List<Activation> OTHERS =
      List.of(
          Activation.leakyRelu(0.01f),
          Activation.leakyRelu(-0.25f),
          Activation.SILU,
          Activation.HARDSWISH,
          Activation.GELU,
          Activation.GELU_TANH);

  private OpCases() {}

  /** All activations of the rows. */
  public static List<Activation> activations() {
    return Stream.concat(FUSED.stream().filter(one -> !one.isNone()), OTHERS.stream()).toList();
  }

  /** Every row. */
  public static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    dense(cases);
    convolutions(cases);
    epilogues(cases);
    batchNorms(cases);
    pointwise(cases);
    pools(cases);
    moves(cases);
    losses(cases);
    prelus(cases);
    groupNorms(cases);
    layerNorms(cases);
    cases.addAll(GradientSumCases.all());
    return cases;
  }

  /** The rows that have gradients. */
  public static Stream<OpCase> learning() {
    return all().stream().filter(OpCase::learns);
  }

  private static void dense(List<OpCase> cases) {
    int[][] sizes = {{1, 1, 1}, {3, 3, 17}, {1, 17, 3}, {3, 64, 65}, {17, 65, 64}, {64, 3, 1}};
    for (int[] s : sizes) {
      cases.add(OpCase.of(new Dense(s[2], true, Epilogue.NONE), s[0], Shape.batch(s[1])));
      cases.add(OpCase.of(new Dense(s[2], false, Epilogue.NONE), s[0], Shape.batch(s[1])));
    }
  }

  private static void convolutions(List<OpCase> cases) {
    conv(cases, Window.square(1, 1, 0), 1, 1, 1, image(1, 1, 1));
    conv(cases, Window.square(1, 1, 0), 65, 1, 2, image(64, 3, 3));
    conv(cases, Window.square(1, 2, 0), 17, 1, 3, image(3, 7, 8));
    conv(cases, Window.square(1, 3, 0), 3, 1, 1, image(17, 8, 7));
    conv(cases, Window.square(3, 1, 1), 16, 1, 1, image(3, 32, 32));
    conv(cases, Window.square(3, 1, 1), 3, 1, 17, image(1, 5, 5));
    conv(cases, Window.square(3, 1, 0), 17, 1, 2, image(3, 3, 3));
    conv(cases, Window.square(3, 2, 1), 64, 1, 1, image(17, 9, 8));
    conv(cases, Window.square(3, 2, 1), 17, 1, 3, image(65, 3, 2));
    conv(cases, Window.square(3, 3, 2), 5, 1, 2, image(4, 17, 6));
    conv(cases, Window.square(5, 1, 2), 8, 1, 2, image(3, 8, 9));
    conv(cases, Window.square(5, 2, 1), 3, 1, 1, image(2, 17, 17));
    conv(cases, Window.square(7, 2, 3), 64, 1, 1, image(3, 17, 16));
    conv(cases, Window.square(7, 1, 3), 2, 1, 2, image(1, 3, 1));
    conv(cases, Window.square(3, 1, 2).dilation(2, 2), 6, 1, 2, image(3, 9, 8));
    conv(cases, Window.square(3, 2, 3).dilation(3, 3), 3, 1, 1, image(2, 17, 11));
    conv(cases, Window.of(3, 3).stride(2, 2).pad(0, 0, 1, 1), 8, 1, 2, image(3, 8, 8));
    conv(cases, Window.of(3, 5).stride(2, 1).pad(1, 0, 2, 3), 3, 1, 2, image(4, 7, 9));
    conv(cases, Window.of(1, 7).stride(1, 2).pad(0, 3, 0, 3), 3, 1, 1, image(3, 5, 17));
    conv(
        cases,
        Window.of(2, 2).stride(1, 3).pad(2, 1, 0, 0).dilation(2, 1),
        5,
        1,
        2,
        image(3, 6, 7));
    conv(cases, Window.square(3, 1, 1), 6, 2, 2, image(4, 5, 6));
    conv(cases, Window.square(3, 2, 1), 32, 32, 1, image(32, 7, 7));
    conv(cases, Window.square(3, 1, 1), 17, 17, 2, image(17, 5, 5));
    conv(cases, Window.square(5, 2, 2), 6, 3, 1, image(3, 9, 9));
    conv(cases, Window.square(3, 1, 1), 64, 32, 1, image(64, 6, 5));
    conv(cases, Window.square(1, 1, 0), 9, 3, 2, image(6, 4, 3));
    conv(cases, Window.square(3, 2, 1), 9, 3, 2, image(15, 7, 6));
    conv(cases, Window.square(1, 2, 0), 6, 3, 2, image(15, 5, 4));
  }

  /** One case; with a bias where the number of rows so far is even. */
  private static void conv(
      List<OpCase> cases, Window window, int out, int groups, int batch, Shape x) {
    boolean bias = cases.size() % 2 == 0;
    cases.add(OpCase.of(new Conv2d(out, window, groups, bias, Epilogue.NONE), batch, x));
  }

  /** Written apart, as builders write them; {@code EpilogueFusion} joins them. */
  private static void epilogues(List<OpCase> cases) {
    List<Op> products =
        List.of(
            new Conv2d(17, Window.square(3, 1, 1), 1, false, Epilogue.NONE),
            new Conv2d(16, Window.square(1, 1, 0), 1, true, Epilogue.NONE),
            new Conv2d(6, Window.square(3, 2, 1), 6, true, Epilogue.NONE),
            new Dense(33, true, Epilogue.NONE),
            new Dense(16, false, Epilogue.NONE));
    for (Op product : products) {
      int channels = product instanceof Conv2d conv && conv.groups() > 1 ? conv.groups() : 5;
      Shape x = product instanceof Conv2d ? image(channels, 5, 6) : Shape.batch(channels);
      Shape y = product.outputs(List.of(x)).get(0);
      for (Activation activation : FUSED) {
        if (!activation.isNone()) {
          cases.add(closed(product, activation, List.of(x)));
        }
        cases.add(closed(product, activation, List.of(x, y)));
      }
    }
    Shape x = image(4, 3, 3);
    for (Activation activation : OTHERS) {
      cases.add(closed(products.get(0), activation, List.of(x, image(17, 3, 3))));
      cases.add(closed(products.get(3), activation, List.of(Shape.batch(5))));
    }
  }

  private static OpCase closed(Op product, Activation activation, List<Shape> inputs) {
    boolean residual = inputs.size() > 1;
    String name = product.label() + new Epilogue(residual, activation);
    return OpCase.of(
        name,
        2,
        inputs,
        (net, values) -> {
          Value y = OpCase.append(net, "op", product, values.subList(0, 1));
          y = residual ? net.add("add", y, values.get(1)) : y;
          return activation.isNone()
              ? y
              : net.append("act", new Activate(activation), List.of(y), List.of());
        });
  }

  private static void batchNorms(List<OpCase> cases) {
    cases.add(batchNorm(3, Activation.NONE, Shape.batch(17)));
    cases.add(batchNorm(64, Activation.NONE, Shape.batch(1)));
    cases.add(batchNorm(65, Activation.RELU, Shape.batch(3)));
    cases.add(batchNorm(1, Activation.NONE, image(3, 5, 7)));
    cases.add(batchNorm(3, Activation.NONE, image(65, 3, 3)));
    cases.add(batchNorm(2, Activation.NONE, image(64, 4, 4)));
    cases.add(batchNorm(17, Activation.NONE, image(1, 1, 3)));
    for (Activation activation : FUSED.subList(1, FUSED.size())) {
      cases.add(batchNorm(2, activation, image(17, 4, 3)));
    }
    OTHERS.forEach(activation -> cases.add(batchNorm(3, activation, image(5, 2, 3))));
    cases.add(
        OpCase.of(
            "conv2d, batch norm, residual, relu",
            2,
            List.of(image(8, 5, 5)),
            (net, x) -> {
              Value h = net.conv2d("conv", x.get(0), 8, Window.square(3, 1, 1));
              h = net.add("add", net.batchNorm("bn", h), x.get(0));
              return net.relu("relu", h);
            }));
    cases.add(
        OpCase.of(
            "dense, batch norm, relu",
            17,
            List.of(Shape.batch(5)),
            (net, x) -> net.relu("relu", net.batchNorm("bn", net.dense("fc", x.get(0), 9)))));
  }

  private static OpCase batchNorm(int batch, Activation activation, Shape x) {
    float epsilon = batch % 2 == 0 ? BatchNorm.EPSILON : 1e-3f;
    return OpCase.of(
        "batch norm" + new Epilogue(false, activation),
        batch,
        List.of(x),
        (net, values) -> {
          Value y = net.batchNorm("bn", values.get(0), epsilon, false);
          return activation.isNone()
              ? y
              : net.append("act", new Activate(activation), List.of(y), List.of());
        });
  }

  private static void prelus(List<OpCase> cases) {
    cases.add(OpCase.of(new PRelu(false), 3, Shape.batch(17)));
    cases.add(OpCase.of(new PRelu(true), 17, Shape.batch(65)));
    cases.add(OpCase.of(new PRelu(false), 2, image(3, 4, 5)));
    cases.add(OpCase.of(new PRelu(true), 2, image(64, 3, 3)));
    cases.add(OpCase.of(new PRelu(true), 1, image(1, 5, 1)));
  }

  private static void groupNorms(List<OpCase> cases) {
    cases.add(OpCase.of(new GroupNorm(1, 1e-5f, false), 3, Shape.batch(17)));
    cases.add(OpCase.of(new GroupNorm(3, 1e-3f, false), 2, image(15, 3, 5)));
    cases.add(OpCase.of(new GroupNorm(32, 1e-5f, false), 1, image(64, 4, 4)));
    cases.add(OpCase.of(new GroupNorm(1, 1e-5f, false), 2, image(65, 3, 3)));
    cases.add(OpCase.of(new GroupNorm(17, 1e-5f, false), 2, image(17, 7, 2)));
  }

  private static void layerNorms(List<OpCase> cases) {
    cases.add(OpCase.of(new LayerNorm(1e-5f, false), 3, Shape.batch(17)));
    cases.add(OpCase.of(new LayerNorm(1e-3f, false), 17, Shape.batch(64)));
    cases.add(
        OpCase.of(
            "layer norm of rows",
            2,
            List.of(Shape.batch(195)),
            (net, x) -> {
              Value rows = net.layer("rows", new Reshape(Shape.batch(3, 65)), x.get(0));
              Value y = net.layer("norm", new LayerNorm(1e-5f, false), rows);
              return net.flatten("flat", y);
            }));
  }

  private static void pointwise(List<OpCase> cases) {
    for (List<Activation> activations : List.of(FUSED, OTHERS)) {
      for (Activation activation : activations) {
        cases.add(OpCase.of(new Activate(activation), 3, Shape.batch(65)));
        cases.add(OpCase.of(new Activate(activation), 1, image(17, 3, 5)));
        if (!activation.equals(Activation.SIGMOID)) {
          cases.add(added(activation, image(3, 4, 5)));
        }
      }
    }
    cases.add(OpCase.of(new Add(Activation.NONE), 64, Shape.batch(1), Shape.batch(1)));
    cases.add(OpCase.of(new Add(Activation.NONE), 2, image(64, 3, 3), image(64, 3, 3)));
    cases.add(OpCase.of(new Multiply(), 3, Shape.batch(17), Shape.batch(17)));
    cases.add(OpCase.of(new Multiply(), 2, image(5, 3, 4), image(5, 3, 4)));
    cases.add(OpCase.of(new Multiply(), 2, image(65, 3, 4), image(65, 1, 1)).forwardOnly());
    cases.add(OpCase.of(new Multiply(), 3, image(3, 17, 1), image(3, 1, 1)).forwardOnly());
    cases.add(OpCase.of(new Softmax(), 1, Shape.batch(1)));
    cases.add(OpCase.of(new Softmax(), 3, Shape.batch(17)));
    cases.add(OpCase.of(new Softmax(), 17, Shape.batch(65)));
  }

  private static OpCase added(Activation activation, Shape x) {
    return OpCase.of(
        "add" + new Epilogue(false, activation),
        2,
        List.of(x, x),
        (net, values) ->
            net.append(
                "act",
                new Activate(activation),
                List.of(net.add("add", values.get(0), values.get(1))),
                List.of()));
  }

  private static void pools(List<OpCase> cases) {
    for (Pool2d.Kind kind : Pool2d.Kind.values()) {
      pool(cases, kind, Window.square(2, 2, 0), image(3, 8, 8));
      pool(cases, kind, Window.square(3, 2, 1), image(17, 9, 8));
      pool(cases, kind, Window.square(3, 1, 1), image(1, 3, 1));
      pool(cases, kind, Window.square(5, 3, 2), image(65, 7, 6));
      pool(cases, kind, Window.of(3, 2).stride(2, 1).pad(0, 0, 2, 1), image(4, 7, 5));
      pool(cases, kind, Window.of(2, 3).stride(2, 2).pad(1, 2, 0, 0), image(3, 6, 9));
    }
    cases.add(OpCase.of(Pool2d.max(Window.square(2, 1, 1).dilation(2, 2)), 2, image(3, 7, 6)));
    cases.add(OpCase.of(new GlobalAveragePool(), 1, image(1, 1, 1)));
    cases.add(OpCase.of(new GlobalAveragePool(), 3, image(65, 3, 5)));
    cases.add(OpCase.of(new GlobalAveragePool(), 2, image(64, 8, 8)));
  }

  private static void pool(List<OpCase> cases, Pool2d.Kind kind, Window window, Shape x) {
    for (boolean ceil : new boolean[] {false, true}) {
      cases.add(OpCase.of(new Pool2d(kind, window, false, ceil), 2, x));
      if (kind == Pool2d.Kind.AVERAGE) {
        cases.add(OpCase.of(new Pool2d(kind, window, true, ceil), 2, x));
      }
    }
  }

  private static void moves(List<OpCase> cases) {
    cases.add(OpCase.of(new Reshape(Shape.batch(60)), 2, image(5, 4, 3)));
    cases.add(OpCase.of(new Reshape(Shape.batch(17)), 3, image(17, 1, 1)));
    cases.add(OpCase.of(new Reshape(image(3, 4, 5)), 2, Shape.batch(60)));
    cases.add(OpCase.of(new Reshape(image(6, 2, 5)), 2, image(3, 4, 5)));
    cases.add(OpCase.of(new Subsample(1), 2, image(3, 4, 5)));
    cases.add(OpCase.of(new Subsample(2), 2, image(17, 7, 8)));
    cases.add(OpCase.of(new Subsample(2), 3, image(5, 1, 1)));
    cases.add(OpCase.of(new Subsample(2), 2, image(3, 2, 3)));
    cases.add(OpCase.of(new Subsample(2), 2, image(17, 3, 3)));
    cases.add(OpCase.of(new Subsample(3), 1, image(3, 1, 17)));
    cases.add(OpCase.of(new Subsample(3), 2, image(4, 5, 4)));
    cases.add(OpCase.of(new PadChannels(8, 8), 2, image(16, 4, 3)));
    cases.add(OpCase.of(new PadChannels(0, 3), 1, image(1, 5, 5)));
    cases.add(OpCase.of(new PadChannels(5, 0), 3, image(17, 1, 2)));
    cases.add(OpCase.of(new SliceChannels(0, 1), 2, image(3, 3, 3)));
    cases.add(OpCase.of(new SliceChannels(16, 33), 2, image(65, 3, 2)));
    cases.add(OpCase.of(new SliceChannels(1, 2), 1, image(3, 5, 1)));
    cases.add(
        OpCase.of(new Concat(1), 2, image(3, 4, 5), image(17, 4, 5), image(1, 4, 5)).forwardOnly());
    cases.add(OpCase.of(new Concat(3), 1, image(3, 4, 1), image(3, 4, 64)).forwardOnly());
    cases.add(OpCase.of(new Concat(1), 3, Shape.batch(17), Shape.batch(65)).forwardOnly());
    cases.add(OpCase.of(new Transpose(List.of(0, 2, 3, 1)), 2, image(3, 4, 5)).forwardOnly());
    cases.add(OpCase.of(new Concat(2), 2, image(8, 1, 3), image(8, 5, 3)).forwardOnly());
    cases.add(OpCase.of(new Concat(2), 1, grouped(3, 4, 5), grouped(3, 1, 5)).forwardOnly());
    cases.add(OpCase.of(new Transpose(List.of(0, 1, 3, 2)), 1, image(17, 1, 3)).forwardOnly());
    cases.add(OpCase.of(new Transpose(List.of(0, 3, 1, 2)), 3, image(17, 9, 8)).forwardOnly());
    cases.add(OpCase.of(new Transpose(List.of(0, 2, 1, 3)), 2, image(33, 9, 3)).forwardOnly());
    cases.add(OpCase.of(new Transpose(List.of(0, 1, 3, 2)), 2, image(8, 4, 3)).forwardOnly());
    cases.add(OpCase.of(new Transpose(List.of(0, 2, 1)), 2, Shape.batch(65, 17)).forwardOnly());
    cases.add(OpCase.of(new Transpose(List.of(1, 0)), 1, Shape.of(17, 64)).forwardOnly());
    cases.add(OpCase.of(new Transpose(List.of(0, 2, 1, 3, 4)), 2, grouped(3, 2, 4)).forwardOnly());
    cases.add(OpCase.of(new Transpose(List.of(0, 4, 2, 1, 3)), 2, grouped(3, 2, 5)).forwardOnly());
    cases.add(
        OpCase.of(new Transpose(List.of(0, 5, 2, 4, 1, 3)), 2, Shape.batch(2, 3, 4, 1, 5))
            .forwardOnly());
    cases.add(
        OpCase.of(new Transpose(List.of(0, 5, 4, 3, 2, 1)), 3, Shape.batch(3, 2, 4, 2, 3))
            .forwardOnly());
    cases.add(
        OpCase.of(new Gather(1, List.of(2, -1, 0, 2), 0.5f), 2, image(3, 4, 5)).forwardOnly());
    cases.add(OpCase.of(new Gather(2, List.of(3, 1), 0), 3, image(17, 4, 1)).forwardOnly());
    cases.add(OpCase.of(new Gather(1, List.of(64, 0, -1), -1), 3, Shape.batch(65)).forwardOnly());
    cases.add(
        OpCase.of(new Gather(3, List.of(2, 1, 0, 1, 2, 3, 4, 3, 2), 0), 2, image(8, 3, 5))
            .forwardOnly());
    cases.add(OpCase.of(new Gather(2, List.of(1, 1, 1), 0), 2, image(3, 4, 5)).forwardOnly());
    cases.add(OpCase.of(new Gather(1, List.of(8, 5, 2), 0), 1, image(9, 2, 2)).forwardOnly());
    cases.add(OpCase.of(new Gather(3, List.of(-1, -1), 2), 1, image(3, 2, 2)).forwardOnly());
    cases.add(OpCase.of(new Gather(4, List.of(0, 2, -1), 1), 2, grouped(3, 2, 3)).forwardOnly());
    cases.add(
        OpCase.of(
            "flatten between convolution and dense",
            2,
            List.of(image(3, 6, 5)),
            (net, x) -> {
              Value h = net.conv2d("conv", x.get(0), 7, Window.square(3, 2, 1));
              return net.dense("fc", net.flatten("flat", net.relu("relu", h)), 9);
            }));
    cases.add(
        OpCase.of(
            "shortcut of option A",
            2,
            List.of(image(8, 7, 7)),
            (net, x) -> {
              Value h = net.conv2d("conv", x.get(0), 16, Window.square(3, 2, 1));
              Value s = net.append("subsample", new Subsample(2), x, List.of());
              s = net.append("pad", new PadChannels(4, 4), List.of(s), List.of());
              return net.relu("relu", net.add("add", h, s));
            }));
  }

  private static void losses(List<OpCase> cases) {
    int[][] sizes = {{1, 3}, {3, 10}, {17, 65}, {64, 2}, {2, 1}};
    for (int[] s : sizes) {
      OpCase rows = OpCase.of("loss", s[0], List.of(Shape.batch(s[1])), (net, x) -> x.get(0));
      cases.add(rows.asLogits(new SoftmaxCrossEntropy(0)));
      cases.add(rows.asLogits(new SoftmaxCrossEntropy(0.1f)));
      cases.add(rows.asLogits(new SoftTargetCrossEntropy()));
      for (PointwiseLoss.Kind kind : PointwiseLoss.Kind.values()) {
        cases.add(rows.asLogits(new PointwiseLoss(kind)));
      }
    }
  }

  /** Channels in groups, as networks that shuffle them see them. */
  private static Shape grouped(int groups, int channels, int side) {
    return Shape.batch(groups, channels, side, side);
  }

  private static Shape image(int channels, int height, int width) {
    return Shape.batch(channels, height, width);
  }
}
