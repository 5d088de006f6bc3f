package org.residuum.backend;

import java.util.ArrayList;
import java.util.List;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Dense;
import org.residuum.network.op.Epilogue;
import org.residuum.network.op.Multiply;
import org.residuum.network.op.Subsample;
import org.residuum.network.op.Window;

/** Rows with values and parameters that several nodes read: their gradients add up. */
final class GradientSumCases {
  private GradientSumCases() {}

  static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    vectors(cases);
    convolutions(cases);
    subsampling(cases);
    return cases;
  }

  private static void vectors(List<OpCase> cases) {
    cases.add(vector("x + x", (net, x) -> net.add("add", x.get(0), x.get(0))));
    cases.add(vector("x · x", (net, x) -> OpCase.append(net, "mul", new Multiply(), both(x))));
    cases.add(
        vector(
            "two layers with one weight",
            (net, x) -> {
              Value h = net.relu("relu", tied(net, "first", x.get(0)));
              return net.add("add", tied(net, "second", h), x.get(0));
            }));
    cases.add(
        vector(
            "an activation read twice",
            (net, x) -> {
              Value h = net.relu("relu", net.dense("a", x.get(0), 6));
              return net.add("add", net.dense("b", h, 6), h);
            }));
    cases.add(
        vector(
            "two layers under one addition",
            (net, x) -> {
              Value a = net.dense("a", x.get(0), 6);
              Value b = net.dense("b", x.get(0), 6);
              return net.relu("relu", net.add("add", a, b));
            }));
  }

  private static OpCase vector(String name, OpCase.Body body) {
    return OpCase.of(name, 3, List.of(Shape.batch(6)), body);
  }

  private static List<Value> both(List<Value> x) {
    return List.of(x.get(0), x.get(0));
  }

  private static Value tied(NetworkBuilder net, String name, Value x) {
    List<ParameterSpec> specs =
        List.of(
            new ParameterSpec("tied.weight", Shape.of(6, 6), ParameterSpec.Role.WEIGHT),
            new ParameterSpec("tied.bias", Shape.of(6), ParameterSpec.Role.BIAS));
    return net.append(name, new Dense(6, true, Epilogue.NONE), List.of(x), specs);
  }

  /** Sums that {@code GradientSumFusion} moves into a convolution's input gradient, or leaves. */
  private static void convolutions(List<OpCase> cases) {
    List<Window> windows =
        List.of(
            Window.square(1, 1, 0),
            Window.square(3, 1, 1),
            Window.square(3, 2, 1),
            Window.square(5, 1, 2),
            Window.square(3, 1, 2).dilation(2, 2),
            Window.of(2, 3).pad(2, 1, 0, 0).dilation(2, 1),
            Window.of(3, 1).stride(1, 2).pad(0, 1, 2, 0));
    for (Window window : windows) {
      cases.add(besidesItsPool(conv(6, window, 1, false), Shape.batch(6, 8, 7)));
    }
    Window square = Window.square(3, 1, 1);
    cases.add(besidesItsPool(conv(17, square, 1, true), Shape.batch(17, 5, 5)));
    cases.add(besidesItsPool(conv(6, square, 3, false), Shape.batch(6, 5, 6)));
    cases.add(sumWithItsInput(conv(16, square, 1, false), Shape.batch(5, 9, 7)));
  }

  /** Sums that {@code GradientSumFusion} moves into the gradient of a subsampling. */
  private static void subsampling(List<OpCase> cases) {
    for (int stride : new int[] {1, 2, 3}) {
      Conv2d conv = conv(6, Window.square(3, stride, 1), 1, false);
      OpCase.Body subsample = (net, x) -> OpCase.append(net, "subsample", new Subsample(stride), x);
      for (Shape x : List.of(Shape.batch(6, 7, 8), Shape.batch(6, 3, 3))) {
        cases.add(besides(conv, "every pixel of " + stride, x, subsample));
      }
    }
  }

  private static Conv2d conv(int out, Window window, int groups, boolean bias) {
    return new Conv2d(out, window, groups, bias, Epilogue.NONE);
  }

  private static OpCase besidesItsPool(Conv2d conv, Shape x) {
    return besides(conv, "its pool", x, (net, values) -> values.get(0));
  }

  /** A value that a convolution reads and something else that keeps its channels. */
  private static OpCase besides(Conv2d conv, String name, Shape x, OpCase.Body other) {
    return OpCase.of(
        "read by " + conv.label() + " and " + name,
        2,
        List.of(x),
        (net, values) -> {
          Value right = net.globalAveragePool("right", other.append(net, values));
          Value left = OpCase.append(net, "conv", conv, values);
          return net.add("add", net.globalAveragePool("left", left), right);
        });
  }

  /** One gradient is what both the convolution's input gradient is made of and is added to. */
  private static OpCase sumWithItsInput(Conv2d conv, Shape x) {
    return OpCase.of(
        "sum of " + conv.label() + " and what it reads",
        3,
        List.of(x),
        (net, values) -> {
          Value read =
              net.conv2d("first", values.get(0), conv.outChannels(), Window.square(1, 1, 0));
          Value sum = net.add("add", OpCase.append(net, "conv", conv, List.of(read)), read);
          return net.globalAveragePool("pool", sum);
        });
  }
}
