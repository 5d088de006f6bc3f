package org.residuum;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Session;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.ExitCode;
import org.residuum.format.onnx.OnnxModel;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.initial.Initializer;
import org.residuum.network.op.Transpose;
import org.residuum.network.op.Window;

/** Networks that take pictures of 5 rows and 4 columns in 3 channels as (N, H, W, C). */
final class ChannelsFirstTest {
  private static final Shape LAST = Shape.batch(5, 4, 3);
  private static final Shape FIRST = Shape.batch(3, 5, 4);
  private static final int PIXELS = 5 * 4;

  /** A convolution behind the transposition that exporters start with. */
  private static Network transposing() {
    NetworkBuilder net = new NetworkBuilder("transposing");
    Value x = net.input("x", LAST);
    Transpose toFirst = new Transpose(List.of(0, 3, 1, 2));
    Value first = net.append("to_nchw", toFirst, List.of(x), List.of());
    return withHead(net, net.conv2d("conv", first, 2, Window.square(3, 1, 1)));
  }

  /** The order of a flattened picture is the file's. */
  private static Network flattening() {
    NetworkBuilder net = new NetworkBuilder("flattening");
    return withHead(net, net.input("x", LAST));
  }

  private static Network withHead(NetworkBuilder net, Value features) {
    net.output("logits", net.dense("fc", net.flatten("flatten", features), 2));
    return net.build();
  }

  /** Logits of two pictures given as (N, C, H, W). */
  private static float[] run(
      TrainingBackend backend, Network network, Parameters parameters, float[] x) {
    try (Plan plan = backend.compile(network, parameters, CompileOptions.batch(2));
        Session session = plan.session()) {
      session.input("x").put(0, x);
      session.run();
      FloatBuffer logits = session.output("logits");
      float[] values = new float[logits.limit()];
      logits.get(0, values);
      return values;
    }
  }

  /** Element i of a picture (C, H, W) as element of (H, W, C). */
  private static int last(int i) {
    int picture = i / (3 * PIXELS);
    int channel = i / PIXELS % 3;
    return picture * 3 * PIXELS + i % PIXELS * 3 + channel;
  }

  private static void check(Network old) {
    Parameters parameters = new Initializer(3).initialize(old);
    float[] first = new float[2 * 3 * PIXELS];
    float[] last = new float[first.length];
    for (int i = 0; i < first.length; i++) {
      first[i] = (float) Math.sin(i);
      last[last(i)] = first[i];
    }
    Network rewritten = ChannelsFirst.of(old);
    assertEquals(FIRST, rewritten.inputs().get(0).shape());
    float[] expected = run(new ReferenceBackend(), old, parameters, last);
    assertArrayEquals(expected, run(new ReferenceBackend(), rewritten, parameters, first), 1e-6f);
    // The CPU takes pictures channel by channel in memory innermost, whatever the axes are called.
    assertArrayEquals(expected, run(new CpuBackend(), rewritten, parameters, last), 1e-5f);
  }

  @Test
  void transpositionAtTheStartFallsAway() {
    check(transposing());
    String text = ChannelsFirst.of(transposing()).toString();
    assertEquals(-1, text.indexOf("transpose"), text);
  }

  @Test
  void otherReadersSeeTheOldOrder() {
    check(flattening());
  }

  @Test
  void layoutOptionAppliesItToAFile(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("last.onnx");
    Network network = transposing();
    OnnxModel.write(file, network, new Initializer(3).initialize(network));
    String out = Terminal.run("inspect", file, "--layout", "nhwc").expect(ExitCode.OK).out();
    assertEquals(false, out.contains("transpose"), out);
    assertEquals(true, out.contains("(N, 3, 5, 4)"), out);
  }
}
