package org.residuum.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.Model;
import org.residuum.TestData;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Session;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.ExitCode;
import org.residuum.format.folder.SavedModel;
import org.residuum.format.onnx.Checker;
import org.residuum.format.onnx.OnnxModel;
import org.residuum.format.onnx.OnnxRuntime;
import org.residuum.format.safetensors.SafeTensors;
import org.residuum.format.weights.WeightFile;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;

/** A ResNet-18 trained here for a few steps goes out in every format and comes back the same. */
final class ConvertCommandTest {
  private static final int COUNT = 4;
  private static final int PICTURES = 60;
  private static final int CLASSES = 3;
  private static final int SIDE = 32;

  /**
   * Of the largest logit: the roundings of 18 layers of sums of at most 512·9 products, 2^-24 each,
   * add up as independent errors do.
   */
  private static final double TOLERANCE = Math.sqrt(18.0 * 512 * 9) * 0x1p-24;

  /** Weights in 16 bits are off by at most 2^-11 each, 18 layers deep. */
  private static final double HALF_TOLERANCE = 18 * 0x1p-11;

  @TempDir private static Path folder;
  private static Path model;
  private static SavedModel saved;
  private static FloatBuffer images;
  private static FloatBuffer logits;

  @BeforeAll
  static void train() throws IOException {
    Path pictures = colours(folder.resolve("colours"));
    model = folder.resolve("model");
    Terminal.run(
            "train",
            "--data",
            "folder:" + pictures,
            "--model",
            "resnet18",
            "--batch",
            24,
            "--epochs",
            1,
            "--device",
            "cpu",
            "--out",
            model)
        .expect(ExitCode.OK);
    saved = SavedModel.load(model);
    Shape input = saved.network().inputs().get(0).shape();
    images = FloatBuffer.allocate(Math.toIntExact(input.elements(COUNT)));
    Random random = new Random(18);
    while (images.hasRemaining()) {
      images.put((float) random.nextGaussian());
    }
    images.flip();
    logits = run(saved);
  }

  /** A folder a class of noise around a colour. */
  private static Path colours(Path parent) throws IOException {
    Random random = new Random(7);
    for (int i = 0; i < PICTURES; i++) {
      int label = i % CLASSES;
      BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
      for (int k = 0; k < SIDE * SIDE; k++) {
        int colour = 0x40 << 8 * label | random.nextInt() & 0x3f3f3f;
        image.setRGB(k % SIDE, k / SIDE, colour);
      }
      Path file = parent.resolve("class" + label).resolve(i + ".png");
      Files.createDirectories(file.getParent());
      assertTrue(ImageIO.write(image, "png", file.toFile()));
    }
    return parent;
  }

  private static double largest(FloatBuffer values) {
    double most = 0;
    for (int i = 0; i < values.limit(); i++) {
      most = Math.max(most, Math.abs(values.get(i)));
    }
    return most;
  }

  /** (COUNT, classes) of the images (COUNT, C, H, W). */
  private static FloatBuffer run(SavedModel ran) {
    try (Plan plan =
            new ReferenceBackend()
                .compile(ran.network(), ran.parameters(), CompileOptions.batch(COUNT));
        Session session = plan.session()) {
      session.input("x").put(0, images, 0, images.limit());
      session.run();
      FloatBuffer output = session.output("logits");
      return FloatBuffer.allocate(output.limit()).put(output).flip();
    }
  }

  private static double distance(FloatBuffer a, FloatBuffer b) {
    assertEquals(a.limit(), b.limit());
    double most = 0;
    for (int i = 0; i < a.limit(); i++) {
      double difference = Math.abs((double) a.get(i) - b.get(i));
      most = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(most, difference);
    }
    return most;
  }

  private static Path convert(Object from, String to, Object... more) {
    Path path = folder.resolve(to);
    Object[] args = new Object[3 + more.length];
    args[0] = "convert";
    args[1] = from;
    args[2] = path;
    System.arraycopy(more, 0, args, 3, more.length);
    Terminal.run(args).expect(ExitCode.OK);
    return path;
  }

  private static void assertSame(Parameters a, Parameters b) {
    assertEquals(a.names(), b.names());
    for (String name : a.names()) {
      assertArrayEquals(a.get(name).toArray(), b.get(name).toArray(), name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"live.onnx", "folded.onnx"})
  void onnxRuntimeAgreesWithOurLogits(String name) throws IOException, OrtException {
    Object[] more = name.startsWith("folded") ? new Object[] {"--fold"} : new Object[0];
    Path file = convert(model, name, more);
    OnnxModel read = OnnxModel.read(file);
    FloatBuffer theirs =
        OnnxRuntime.run(file, read.network(), COUNT, Map.of("x", images)).get("logits");
    double distance = distance(logits, theirs) / largest(logits);
    System.out.printf("%s: ONNX Runtime within %.1e of the largest logit%n", name, distance);
    assertTrue(distance <= TOLERANCE, "logits differ by " + distance);
    boolean batchNorms = Files.readString(file, StandardCharsets.ISO_8859_1).contains("BatchNorm");
    assertEquals(name.startsWith("live"), batchNorms);
  }

  @Test
  void checkerOfOnnxAcceptsTheFile() throws IOException, InterruptedException {
    Checker.require();
    assertEquals("", Checker.check(convert(model, "checked.onnx")));
    assertEquals("", Checker.check(convert(model, "checked-11.onnx", "--opset", 11, "--fold")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"weights.pth", "weights.safetensors"})
  void weightsComeBackAsTheyWere(String name) throws IOException {
    Path file = convert(model, name);
    assertSame(saved.parameters(), WeightFile.read(file).weights());
    Path back = convert(file, name + "-back", "--size", SIDE, "--preset", "raw");
    assertSame(saved.parameters(), SavedModel.load(back).parameters());
    assertEquals(logits, run(SavedModel.load(back)));
  }

  /** Its weights have the names and shapes of a resnet8's. */
  @Test
  void plainNetworkIsSaidNotToBeToldByItsWeights() throws IOException {
    Path plain = folder.resolve("plain");
    String data = "folder:" + folder.resolve("colours");
    Terminal.run("train", "--data", data, "--model", "plain:resnet8", "--epochs", 1, "--out", plain)
        .expect(ExitCode.OK);
    Terminal seen = Terminal.run("convert", plain, folder.resolve("plain.safetensors"));
    assertTrue(
        (seen.expect(ExitCode.OK).out() + seen.err())
            .contains("network   by its weights plain-resnet8 would be a resnet8; "),
        seen.out() + seen.err());
  }

  @Test
  void checkpointLoadsStrictlyIntoTorchvision() throws IOException, InterruptedException {
    Path script = Path.of("src/test/python/check_torchvision.py");
    String python = System.getProperty("residuum.python", "/usr/bin/python3");
    Assumptions.assumeTrue(
        exitCode(python, "-c", "import torchvision") == 0, "no Python with torchvision");
    Path x = write("x.f32", images);
    Path y = write("y.f32", logits);
    for (String name : new String[] {"strict.pth", "strict-half.pth"}) {
      String type = name.contains("half") ? "f16" : "f32";
      Path file = convert(model, name, "--dtype", type);
      double bound = (type.equals("f16") ? HALF_TOLERANCE : TOLERANCE) * largest(logits);
      assertEquals(0, exitCode(python, script, "resnet18", SIDE, file, x, y, bound));
    }
  }

  private static Path write(String name, FloatBuffer values) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.limit() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values.duplicate());
    return Files.write(folder.resolve(name), bytes.array());
  }

  private static int exitCode(Object... command) throws InterruptedException {
    try {
      String[] words = Arrays.stream(command).map(String::valueOf).toArray(String[]::new);
      return new ProcessBuilder(words).inheritIO().start().waitFor();
    } catch (IOException e) {
      return -1;
    }
  }

  @Test
  void onnxBecomesASavedModelThatEvalTakes() throws IOException {
    Path onnx = convert(model, "again.onnx");
    Path back = convert(onnx, "from-onnx", "--preset", "raw");
    assertEquals(logits, run(SavedModel.load(back)));
  }

  /** 1e5 is over the largest half, 65504. */
  @Test
  void valuesThatTheTypeCannotHoldAreRefused() throws IOException {
    Path large = folder.resolve("large.safetensors");
    Tensor values = Tensor.of(Shape.of(2), new float[] {1, -1e5f});
    SafeTensors.write(large, new Parameters(Map.of("w", values)), Map.of());
    Path half = folder.resolve("half.safetensors");
    String error = Terminal.run("convert", large, half, "--dtype", "f16").error(ExitCode.FAILED);
    String expected =
        "--dtype f16: w holds -100000.0, which would become infinite; take bf16 or f32";
    assertTrue(error.endsWith(expected), error);
    assertFalse(Files.exists(half));
    convert(large, "brain.safetensors", "--dtype", "bf16");
  }

  @Test
  void whatExistsIsReplacedOnlyOnDemand() throws IOException {
    Path file = convert(model, "twice.pth");
    byte[] before = Files.readAllBytes(file);
    String error = Terminal.run("convert", model, file).error(ExitCode.FAILED);
    assertTrue(error.contains("--overwrite"), error);
    assertArrayEquals(before, Files.readAllBytes(file));
    Terminal.run("convert", model, file, "--overwrite", "--dtype", "bf16").expect(ExitCode.OK);
    assertTrue(Files.size(file) < before.length);
  }

  @ParameterizedTest
  @CsvSource({
    "m.onx, '', no format ends in .onx",
    "m.pth, --fold, --fold",
    "m.pth, --opset=13, --opset",
    "m.onnx, --opset=5, 11 to 21",
    "m.onnx, --dtype=f16, --dtype",
    "m.onnx, --preset=raw, says all that itself",
    "m.onnx, --arch=resnet18, says all that itself"
  })
  void wrongUsageIsOneLine(String to, String option, String part) {
    Path target = folder.resolve("wrong").resolve(to);
    Terminal seen =
        option.isEmpty()
            ? Terminal.run("convert", model, target)
            : Terminal.run("convert", model, target, option);
    assertTrue(seen.error(ExitCode.USAGE).contains(part), seen.err());
  }

  @Test
  void wholeModulePickleIsRefusedByItsClass() {
    Path hostile = TestData.find("models/hostile/whole-module-pickle.pth");
    for (Terminal seen :
        new Terminal[] {
          Terminal.run("inspect", hostile),
          Terminal.run("convert", hostile, folder.resolve("never.onnx")),
          Terminal.run("predict", "--model", hostile, "--data", folder, "--preset", "raw")
        }) {
      String error = seen.error(ExitCode.FAILED);
      assertTrue(
          error.contains("whole-module-pickle.pth")
              && error.contains("class models.resnet.ResNet;"),
          error);
    }
  }

  @Test
  void otherNetworkIsToldWhatDiffers() {
    Path file = convert(model, "other.pth");
    String error = Terminal.run("inspect", file, "--arch", "resnet50").error(ExitCode.FAILED);
    assertTrue(error.contains("do not fit resnet50; "), error);
    assertTrue(error.contains(" missing: layer1.0.conv3.weight (256, 64, 1, 1)"), error);
    assertTrue(error.contains(" of another shape: \"layer1.0.conv1.weight\""), error);
    Path vnncomp = TestData.find("models/vnncomp2021/resnet2b.pth");
    error = Terminal.run("inspect", vnncomp, "--arch", "resnet8").error(ExitCode.FAILED);
    assertTrue(error.contains(" left over: \"conv1.bias\" (8)"), error);
  }

  @Test
  void trainingFromACheckpointIsToldOfInit() {
    Path file = convert(model, "start.pth");
    String error =
        Terminal.run(
                "train",
                "--data",
                "folder:" + folder.resolve("colours"),
                "--model",
                file,
                "--out",
                folder.resolve("never"),
                "--device",
                "cpu")
            .expect(ExitCode.USAGE)
            .err();
    assertTrue(error.contains("start from it with --init " + file), error);
  }

  @Test
  void normalisationMustBeKnown() {
    Path file = convert(model, "plain.pth");
    String error = Terminal.run("predict", "--model", file, "--data", folder).error(ExitCode.USAGE);
    assertTrue(error.contains("--preset") && error.contains("--mean"), error);
  }

  @Test
  void onnxFilesRememberLabelsAndPreprocessing() throws IOException {
    Path file = convert(model, "remembers.onnx");
    Model saved = Model.load(Path.of(model.toString()));
    Model read = Model.load(file);
    assertEquals(saved.preprocessing(), read.preprocessing());
    assertEquals(saved.labels(), read.labels());
    assertEquals("the file's metadata", read.preprocessingSource());
    String bicubic = convert(model, "bicubic.onnx", "--filter", "bicubic").toString();
    Terminal seen = Terminal.run("inspect", bicubic).expect(ExitCode.OK);
    assertTrue(
        seen.err().contains("(bicubic, antialiased; proportions change)")
            && seen.err().contains("(the file's metadata)"),
        seen.err());
  }

  @Test
  void flowchartHasABoxANode() {
    Path file = convert(model, "graph.onnx", "--fold");
    String text = Terminal.run("inspect", file, "--graph").expect(ExitCode.OK).out();
    assertTrue(text.startsWith("flowchart TD\n"), text);
    long boxes = text.lines().filter(line -> line.matches(" +n\\d+\\[\".*\"\\]")).count();
    String first = Terminal.run("inspect", file).expect(ExitCode.OK).firstLine();
    assertEquals(first.replaceAll(".* (\\d+) nodes.*", "$1"), String.valueOf(boxes));
    assertTrue(text.contains("layer1.0.conv1<br/>"), text);
  }
}
