package org.residuum.cli.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.TestData;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.ExitCode;
import org.residuum.data.source.Datasets;
import org.residuum.format.onnx.OnnxModel;
import org.residuum.format.safetensors.SafeTensors;
import org.residuum.network.Network;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;
import org.residuum.network.initial.Initializer;

/** Files from elsewhere: which network of them is taken, how it is fed and what is measured. */
class ForeignModelTest {
  private static final String CASES = "cases/models/";
  private static final int PICTURES = 40;

  @TempDir private static Path folder;
  private static Path pictures;
  private static Path resnet;

  @BeforeAll
  static void makePicturesAndANetwork() throws IOException {
    pictures = folder.resolve("pictures");
    Datasets.writeGlyphs(pictures, PICTURES, 3);
    resnet = folder.resolve("resnet8.safetensors");
    Network network = ResNets.cifar(8, Shape.of(1, 32, 32), 10, ResidualBlocks.Shortcut.ZERO_PAD);
    SafeTensors.write(resnet, new Initializer(1).initialize(network), java.util.Map.of());
  }

  private static Path one(String name) throws IOException {
    Path file = TestData.find("cases/pictures/upright-as-stored.png");
    return Files.copy(file, folder.resolve(name + ".png"));
  }

  private static Terminal inspect(String file, Object... more) {
    return Terminal.run(
        java.util.stream.Stream.concat(
                java.util.stream.Stream.of("inspect", TestData.find(CASES + file)),
                java.util.Arrays.stream(more))
            .toArray());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "torchvision_reference_args.pth",
        "lightning_model_prefix.pth",
        "module.safetensors",
        "ema_silently_ignored.pth"
      })
  void wrappedAndPrefixedWeightsOpen(String file) {
    Terminal seen = inspect(file).expect(ExitCode.OK);
    assertTrue(seen.firstLine().startsWith("resnet8: 75,002 parameters"), seen.firstLine());
  }

  @Test
  void whichOfTwoWeightsIsTakenIsSaidAndKeyChooses() throws IOException {
    String file = "ema_silently_ignored.pth";
    String said = inspect(file).expect(ExitCode.OK).err();
    assertEquals(
        "weights   state_dict is read; the file also holds state_dict_ema: choose with --key",
        said.strip());
    assertEquals("", inspect(file, "--key", "state_dict_ema").expect(ExitCode.OK).err());
    String error = inspect(file, "--key", "ema").error(ExitCode.FAILED);
    assertTrue(error.contains("\"ema\"") && error.contains("\"state_dict_ema\""), error);
    assertNotEquals(scores(file, "state_dict"), scores(file, "state_dict_ema"));
  }

  private static String scores(String file, String key) throws IOException {
    Path picture = folder.resolve("one.png");
    if (!Files.exists(picture)) {
      one("one");
    }
    return Terminal.run(
            "predict",
            "--model",
            TestData.find(CASES + file),
            "--key",
            key,
            "--data",
            picture,
            "--preset",
            "raw",
            "--top-k",
            3,
            "--device",
            "cpu")
        .expect(ExitCode.OK)
        .out();
  }

  @Test
  void keyIsAlsoWhatNamesStartWith() {
    assertEquals(ExitCode.OK, inspect("module.safetensors", "--key", "module").exitCode());
    String error = inspect("module.safetensors", "--key", "net").error(ExitCode.FAILED);
    assertTrue(error.contains("\"net.\"") && error.contains("\"module\""), error);
    assertTrue(inspect("flat0.onnx", "--key", "net").error(ExitCode.USAGE).contains("--output"));
  }

  @Test
  void oneOfSeveralOutputsIsNamed() throws IOException {
    Object[] command = {
      "predict",
      "--model",
      TestData.find(CASES + "featfirst.onnx"),
      "--data",
      one("outputs"),
      "--preset",
      "raw",
      "--device",
      "cpu"
    };
    String error = Terminal.run(command).error(ExitCode.USAGE);
    assertTrue(error.contains("t3 (N, 8), t4 (N, 5)") && error.contains("--output"), error);
    Object[] named = java.util.Arrays.copyOf(command, command.length + 2);
    named[command.length] = "--output";
    named[command.length + 1] = "t4";
    assertEquals(2, Terminal.run(named).expect(ExitCode.OK).out().lines().count());
    String unknown = inspect("featfirst.onnx", "--output", "t5").error(ExitCode.FAILED);
    assertTrue(unknown.contains("there is no output \"t5\"; there are \"t3\", \"t4\""), unknown);
    assertFalse(inspect("featfirst.onnx", "--output", "t3").out().contains("Gemm_4"));
  }

  @ParameterizedTest
  @CsvSource({"flat0.onnx, 5", "dimneg1.onnx, 5"})
  void batchesOfOneAndOfMinusOneAreFree(String file, int classes) throws IOException {
    Terminal seen =
        Terminal.run(
                "predict",
                "--model",
                TestData.find(CASES + file),
                "--data",
                pictures,
                "--preset",
                "raw",
                "--top-k",
                9,
                "--device",
                "cpu")
            .expect(ExitCode.OK);
    assertEquals(PICTURES + 1, seen.out().lines().count());
    assertTrue(seen.firstLine().contains("label_" + classes), seen.firstLine());
  }

  @Test
  void batchNormInTrainingModeIsRefusedByItsNode() {
    String error = inspect("bn_train9.onnx").error(ExitCode.FAILED);
    assertTrue(error.contains("node \"BatchNormalization_2\""), error);
    assertTrue(error.contains("training mode is not supported"), error);
  }

  // How pictures are fed

  private static String pictureLine(int side, Object... more) throws IOException {
    Path file = folder.resolve("net" + side + ".onnx");
    Network network =
        ResNets.cifar(8, Shape.of(3, side, side), 3, ResidualBlocks.Shortcut.ZERO_PAD);
    if (!Files.exists(file)) {
      OnnxModel.write(file, network, new Initializer(1).initialize(network));
    }
    Object[] command = {
      "convert", file, folder.resolve("saved" + side), "--overwrite", "--mean", ".5", "--std", ".25"
    };
    Object[] all = java.util.Arrays.copyOf(command, command.length + more.length);
    System.arraycopy(more, 0, all, command.length, more.length);
    String said = Terminal.run(all).expect(ExitCode.OK).err();
    return said.lines().filter(line -> line.startsWith("pictures")).findFirst().orElseThrow();
  }

  /** Mean and deviation say nothing about the size: it is fitted as with a preset. */
  @Test
  void largePicturesAreCroppedWithAndWithoutAPreset() throws IOException {
    String crop =
        "resize the shorter side to 256 (bilinear, antialiased), crop the central 224 × 224";
    String norm = "RGB / 255, mean [0.5, 0.5, 0.5], std [0.25, 0.25, 0.25] (as given)";
    assertEquals("pictures  " + crop + ", " + norm, pictureLine(224));
    assertEquals("pictures  " + crop + ", " + norm, pictureLine(224, "--preset", "imagenet"));
    assertTrue(pictureLine(32).startsWith("pictures  resize to 32 × 32 (bilinear"));
  }

  // What is measured

  private static Terminal eval(Object... more) {
    Object[] command = {
      "eval",
      "--model",
      resnet,
      "--preset",
      "raw",
      "--device",
      "cpu",
      "--data",
      "folder:" + pictures
    };
    Object[] all = java.util.Arrays.copyOf(command, command.length + more.length);
    System.arraycopy(more, 0, all, command.length, more.length);
    return Terminal.run(all).expect(ExitCode.OK);
  }

  @Test
  void allOfAFolderIsMeasuredByAModelThatNeverSawIt() {
    Terminal all = eval();
    assertTrue(all.err().contains("measured  all 40 examples"), all.err());
    assertTrue(all.out().contains("40 examples"), all.out());
    Terminal part = eval("--split", "test");
    assertTrue(part.err().contains("measured  the test part, 10 examples of 40"), part.err());
    Terminal share = eval("--test-share", "0.5");
    assertTrue(share.err().contains("measured  the test part, 20 examples of 40"), share.err());
  }

  @Test
  void testPartOfItsOwnIsMeasured() throws IOException {
    Path parted = folder.resolve("parted");
    for (String part : List.of("train", "test")) {
      Datasets.writeGlyphs(parted.resolve(part), part.equals("test") ? 20 : PICTURES, 3);
    }
    Terminal own =
        Terminal.run(
                "eval",
                "--model",
                resnet,
                "--preset",
                "raw",
                "--device",
                "cpu",
                "--data",
                "folder:" + parted)
            .expect(ExitCode.OK);
    assertTrue(own.err().contains("measured  the test part, 20 examples of 60"), own.err());
  }

  /** Values, rule and remedy, before any work. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--mean 1,2 | --mean 1.0,2.0: pictures have 1 channel; give a value for each, or one for"
            + " all",
        "--std 0 | --std 0.0: each is finite and above 0",
        "--mean 1e39 | --mean Infinity: each is finite",
        "--preset imagenet | it takes 1 channel, preset imagenet has values for 3; give another",
        "--labels nosuch | --labels nosuch: no such file; name a text, a line a class"
      })
  void wrongOptionsAreNamed(String option, String expected) throws IOException {
    List<Object> words = new ArrayList<>(List.of("predict", "--model", resnet, "--data"));
    words.add(one("wrong-options"));
    words.addAll(List.of(option.split(" ")));
    if (!option.contains("preset")) {
      words.addAll(List.of("--preset", "mnist"));
    }
    String error = Terminal.run(words.toArray()).error(ExitCode.USAGE);
    assertTrue(error.contains(expected), error);
    Files.delete(folder.resolve("wrong-options.png"));
  }

  @Test
  void labelsAreText() throws IOException {
    Path labels = folder.resolve("labels.txt");
    Object[] words = {
      "predict",
      "--model",
      resnet,
      "--preset",
      "mnist",
      "--labels",
      labels,
      "--data",
      one("labelled")
    };
    Files.write(labels, new byte[] {'a', (byte) 0xFF});
    String error = Terminal.run(words).error(ExitCode.FAILED);
    assertTrue(error.contains(labels + ": it is no text in UTF-8; convert it"), error);
    Files.writeString(labels, "a\nb\n");
    error = Terminal.run(words).error(ExitCode.FAILED);
    assertTrue(error.contains(": it names 2 labels, "), error);
    assertTrue(error.endsWith(" tells 10 classes apart; write a line for each"), error);
    Files.writeString(labels, "");
    error = Terminal.run(words).error(ExitCode.FAILED);
    assertTrue(error.contains(": it is empty; write a line a class"), error);
    Files.writeString(labels, "\uFEFF" + "same\n".repeat(10));
    String out = Terminal.run(words).expect(ExitCode.OK).out();
    assertTrue(out.contains("labelled.png,same,"), out);
  }
}
