package org.residuum.format.folder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.data.Preprocessing;
import org.residuum.format.FormatException;
import org.residuum.format.TrainingNotes;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;
import org.residuum.network.initial.Initializer;

final class SavedModelTest {
  private static final Network NETWORK =
      ResNets.cifar(8, Shape.of(1, 28, 28), 3, ResidualBlocks.Shortcut.ZERO_PAD);

  @TempDir Path temporary;

  private static SavedModel model(long seed) {
    return new SavedModel(
        NETWORK,
        new Initializer(seed).initialize(NETWORK),
        List.of("null", "eins", "zwölf Stück"),
        Optional.of(Preprocessing.mnist()),
        Optional.of(
            new TrainingNotes(
                "",
                new TrainingNotes.Data("", new TrainingNotes.Split(seed, 0.2, 0)),
                "",
                "",
                new TrainingNotes.Result(1, TrainingNotes.Score.NONE, TrainingNotes.Score.NONE),
                "",
                Map.of())));
  }

  private Path save(SavedModel model) throws IOException {
    Path folder = temporary.resolve("runs/model");
    model.save(folder, false);
    return folder;
  }

  private static void assertSame(SavedModel expected, SavedModel actual) {
    assertEquals(expected.network().nodes(), actual.network().nodes());
    assertEquals(expected.network().outputs(), actual.network().outputs());
    assertEquals(expected.network().name(), actual.network().name());
    assertEquals(expected.labels(), actual.labels());
    assertEquals(expected.preprocessing(), actual.preprocessing());
    assertEquals(expected.training(), actual.training());
    assertEquals(expected.parameters().names(), actual.parameters().names());
    for (String name : expected.parameters().names()) {
      assertArrayEquals(
          expected.parameters().get(name).toArray(), actual.parameters().get(name).toArray(), name);
    }
  }

  @Test
  void stateOfATrainingComesBackAndGoesWithItsEnd() throws IOException {
    SavedModel model = model(1);
    Path folder = save(model);
    assertTrue(SavedModel.loadState(folder).isEmpty());
    Files.writeString(folder.resolve("report.html"), "mine");
    Parameters moments = new Parameters(Map.of("first.fc", Tensor.of(Shape.of(2), 1, 2)));
    TrainingState state =
        new TrainingState(moments, Map.of("epoch", "3", "options", "a, b\n\"c\""));
    model(2).save(folder, true, state);
    TrainingState loaded = SavedModel.loadState(folder).orElseThrow();
    assertEquals(state.facts(), loaded.facts());
    assertArrayEquals(new float[] {1, 2}, loaded.tensors().get("first.fc").toArray());
    assertSame(model(2), SavedModel.load(folder));
    assertTrue(names(folder).containsAll(List.of("checkpoint.safetensors", "report.html")));
    model(3).save(folder, true);
    assertTrue(SavedModel.loadState(folder).isEmpty());
    assertFalse(names(folder).contains("checkpoint.safetensors"));
    assertTrue(names(folder).contains("report.html"));
  }

  @Test
  void savedModelComesBackEqual() throws IOException {
    SavedModel model = model(1);
    Path folder = save(model);
    assertTrue(SavedModel.isSavedModel(folder));
    assertSame(model, SavedModel.load(folder));
    assertEquals(
        List.of(
            "labels.txt",
            "model.safetensors",
            "network.json",
            "preprocessing.json",
            "training.json"),
        names(folder));
  }

  @Test
  void modelWithoutLabelsAndNotesComesBackEqual() throws IOException {
    SavedModel bare =
        new SavedModel(
            NETWORK, model(1).parameters(), List.of(), Optional.empty(), Optional.empty());
    assertSame(bare, SavedModel.load(save(bare)));
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void targetsThatCannotBeMadeAreRefusedBeforeTheWork() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "");
    Path below = file.resolve("runs").resolve("model");
    IOException refused =
        assertThrows(IOException.class, () -> SavedModel.checkTarget(below, false));
    assertTrue(refused.getMessage().contains(file + " is no folder"), refused.getMessage());
    SavedModel.checkTarget(temporary.resolve("runs").resolve("model"), false);
    try (Stream<Path> left = Files.list(temporary)) {
      assertEquals(List.of(file), left.toList());
    }
  }

  /** Saving would make no folder under such a name. */
  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void linksToNothingAreRefusedBeforeTheWork() throws IOException {
    Path link = temporary.resolve("link");
    Files.createSymbolicLink(link, temporary.resolve("nowhere"));
    for (Path folder : List.of(link, link.resolve("model"))) {
      IOException refused =
          assertThrows(IOException.class, () -> SavedModel.checkTarget(folder, true));
      assertTrue(
          refused.getMessage().startsWith(folder + ": " + link + " is a link to nothing"),
          refused.getMessage());
    }
  }

  @Test
  void existingFolderIsKeptUnlessOverwritingWasAsked() throws IOException {
    Path folder = save(model(1));
    IOException e = assertThrows(IOException.class, () -> model(2).save(folder, false));
    assertTrue(e.getMessage().startsWith(folder + " exists; choose another"), e.getMessage());
    assertThrows(IOException.class, () -> SavedModel.checkTarget(folder, false));
    SavedModel.checkTarget(folder, true);
    assertSame(model(1), SavedModel.load(folder));
    model(2).save(folder, true);
    assertSame(model(2), SavedModel.load(folder));
    assertEquals(List.of("model"), names(folder.getParent()), "nothing is left beside it");
  }

  @Test
  void overwritingKeepsFilesThatAreNotTheModels() throws IOException {
    Path folder = save(model(1));
    Files.writeString(folder.resolve("report.html"), "curves");
    Files.createDirectories(folder.resolve("pictures/one"));
    model(2).save(folder, true);
    assertSame(model(2), SavedModel.load(folder));
    assertEquals("curves", Files.readString(folder.resolve("report.html")));
    assertTrue(Files.isDirectory(folder.resolve("pictures/one")));
    assertEquals(List.of("model"), names(folder.getParent()));
  }

  @Test
  void folderThatIsNoModelIsNeverOverwritten() throws IOException {
    Path photos = Files.createDirectory(temporary.resolve("photos"));
    Files.writeString(photos.resolve("cat.png"), "cat");
    IOException e = assertThrows(IOException.class, () -> model(1).save(photos, true));
    assertTrue(e.getMessage().contains("exists and is no saved model"), e.getMessage());
    assertEquals(List.of("cat.png"), names(photos));
    Path file = Files.writeString(temporary.resolve("file"), "text");
    assertThrows(IOException.class, () -> model(1).save(file, true));
    assertEquals("text", Files.readString(file));
  }

  @Test
  void emptyFolderIsFilled() throws IOException {
    Path empty = Files.createDirectory(temporary.resolve("empty"));
    SavedModel.checkTarget(empty, false);
    assertEquals(List.of(), names(empty));
    model(1).save(empty, false);
    assertSame(model(1), SavedModel.load(empty));
    assertEquals(List.of("empty"), names(temporary));
  }

  /** As at a mount point; here it is the length of its name that leaves no room for one beside. */
  @Test
  void folderThatCannotStepAsideIsFilledFileByFile() throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("m".repeat(240)));
    model(1).save(folder, false);
    assertSame(model(1), SavedModel.load(folder));
    Files.writeString(folder.resolve("report.html"), "curves");
    TrainingState state = new TrainingState(model(1).parameters(), Map.of("epoch", "3"));
    model(2).save(folder, true, state);
    assertSame(model(2), SavedModel.load(folder));
    assertEquals("3", SavedModel.loadState(folder).orElseThrow().facts().get("epoch"));
    model(3).save(folder, true);
    assertSame(model(3), SavedModel.load(folder));
    assertTrue(SavedModel.loadState(folder).isEmpty());
    assertEquals("curves", Files.readString(folder.resolve("report.html")));
    assertEquals(6, names(folder).size(), "nothing else is left");
  }

  @Test
  void failureWhileWritingLeavesTheOldModelAndNothingElse() throws IOException {
    Path folder = save(model(1));
    // Half a surrogate pair has no UTF-8, so the weights' writer fails once the new folder is
    // there.
    NetworkBuilder net = new NetworkBuilder("unwritable");
    net.output("y", net.dense("\ud800", net.input("x", Shape.batch(2)), 3));
    Network unwritable = net.build();
    Parameters parameters = new Initializer(0).initialize(unwritable);
    SavedModel broken =
        new SavedModel(unwritable, parameters, List.of(), Optional.empty(), Optional.empty());
    assertThrows(IllegalArgumentException.class, () -> broken.save(folder, true));
    assertSame(model(1), SavedModel.load(folder));
    assertEquals(List.of("model"), names(folder.getParent()));
  }

  @Test
  void partsThatDoNotFitAreRefusedBeforeAnythingIsWritten() {
    SavedModel good = model(1);
    Path folder = temporary.resolve("model");
    assertRefused(folder, good.parameters(), List.of("a", "b"), "2 labels for 3 logits of resnet8");
    assertRefused(folder, good.parameters(), List.of("a", "b\nc", "d"), "label 'b?c' is blank or");
    Map<String, Tensor> tensors = new LinkedHashMap<>(good.parameters().asMap());
    tensors.remove("bn1.weight");
    assertRefused(folder, new Parameters(tensors), List.of(), "bn1.weight, which is missing");
    tensors.put("bn1.weight", Tensor.zeros(Shape.of(17)));
    assertRefused(
        folder, new Parameters(tensors), List.of(), "bn1.weight is (17), resnet8 needs (16)");
    tensors.put("bn1.weight", Tensor.zeros(Shape.of(16)));
    tensors.put("extra", Tensor.zeros(Shape.of(1)));
    assertRefused(folder, new Parameters(tensors), List.of(), "extra is read by no node");
    assertFalse(Files.exists(folder));
  }

  private static void assertRefused(
      Path folder, Parameters parameters, List<String> labels, String rule) {
    SavedModel model =
        new SavedModel(NETWORK, parameters, labels, Optional.empty(), Optional.empty());
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> model.save(folder, false));
    assertTrue(e.getMessage().contains(rule), e.getMessage());
  }

  @Test
  void missingFilesAreNamed() throws IOException {
    Path folder = save(model(1));
    assertBroken(temporary.resolve("nowhere"), "no such folder");
    Files.delete(folder.resolve("training.json"));
    SavedModel.load(folder);
    for (String name : List.of("labels.txt", "preprocessing.json", "model.safetensors")) {
      byte[] bytes = Files.readAllBytes(folder.resolve(name));
      Files.delete(folder.resolve(name));
      assertBroken(folder, "no file " + name);
      Files.write(folder.resolve(name), bytes);
    }
  }

  @Test
  void filesOfDifferentModelsAreRefused() throws IOException {
    Path folder = save(model(1));
    Files.writeString(folder.resolve("labels.txt"), "one\ntwo\n");
    assertBroken(folder, "2 labels for 3 logits");
    Files.writeString(folder.resolve("labels.txt"), "one\ntwo\nthree\n");
    Network other = ResNets.mlp(Shape.of(2), 2, 1, 3);
    Path second = temporary.resolve("other");
    new SavedModel(
            other,
            new Initializer(0).initialize(other),
            List.of(),
            Optional.empty(),
            Optional.empty())
        .save(second, false);
    Files.delete(folder.resolve("model.safetensors"));
    Files.move(second.resolve("model.safetensors"), folder.resolve("model.safetensors"));
    assertBroken(folder, "conv1.weight, which is missing");
  }

  @Test
  void whatTheReaderDoesNotKnowItNames() throws IOException {
    assertNetworkRefused(t -> t.replace("\"version\":1", "\"version\":2"), "version 2, this");
    assertNetworkRefused(t -> t.replace("residuum-network", "onnx"), "format \"onnx\" version 1");
    assertNetworkRefused(
        t -> t.replaceFirst("\"type\":\"Activate\"", "\"type\":\"Fold\""),
        "node \"relu\": operation \"Fold\" is unknown to this version");
    assertNetworkRefused(
        t -> t.replaceFirst("\"groups\":1", "\"groups\":1,\"dropout\":1"),
        "node \"conv1\": attribute \"dropout\" of Conv2d is unknown");
    assertNetworkRefused(
        t -> t.replaceFirst("\"groups\":1,", ""), "attribute groups of Conv2d is missing");
    assertNetworkRefused(
        t -> t.replaceFirst("\"groups\":1,", "\"groups\":\"1\","),
        "attribute groups of Conv2d must be a whole number, not \"1\"");
    assertNetworkRefused(
        t -> t.replaceFirst("\"groups\":1,", "\"groups\":4294967297,"), "beyond 32 bits");
    assertNetworkRefused(
        t -> t.replaceFirst("\"groups\":1,", "\"groups\":0,"), "groups must be at least 1, not 0");
    assertNetworkRefused(
        t -> t.replaceFirst("\"kind\":\"RELU\"", "\"kind\":\"SWISH\""), "\"SWISH\", not one of");
    assertNetworkRefused(
        t -> t.replaceFirst("\"role\":\"GAMMA\"", "\"role\":\"DELTA\""), "\"DELTA\", not one of");
    assertNetworkRefused(
        t -> t.replaceFirst("\"inputs\":\\[\"x\"\\]", "\"inputs\":[\"y\"]"),
        "node \"conv1\": an input is \"y\", which no node before makes");
    assertNetworkRefused(
        t -> t.replaceFirst("\"shape\":\\[16,1,3,3\\]", "\"shape\":[16,1,3,4]"), "node conv1");
    assertNetworkRefused(
        t -> t.replaceFirst("\"name\":\"bn1\"", "\"name\":\"conv1\""), "is there already");
    assertNetworkRefused(t -> t.replaceFirst("\"op\"", "\"comment\":\"\",\"op\""), "\"comment\"");
    assertNetworkRefused(t -> t.substring(0, 700), "line ");
    assertNetworkRefused(t -> t + "{}", "more JSON follows");
    assertNetworkRefused(t -> t.replace("\"version\":1", "\"version\":null"), "VALUE_NULL");
    assertNetworkRefused(
        t -> t.replace("\"version\":1", "\"version\":1,\"version\":1"), "Duplicate field");
    assertNetworkRefused(t -> "{\"a\":".repeat(40) + "1" + "}".repeat(40), "nesting depth");
    assertNetworkRefused(t -> "", "must begin with '{'");
  }

  private void assertNetworkRefused(UnaryOperator<String> edit, String rule) throws IOException {
    Path folder = temporary.resolve("edited");
    model(1).save(folder, true);
    Path file = folder.resolve("network.json");
    String before = Files.readString(file);
    String after = edit.apply(before);
    assertFalse(before.equals(after), "the edit for '" + rule + "' changed nothing");
    Files.writeString(file, after);
    assertBroken(folder, rule);
  }

  private static void assertBroken(Path folder, String rule) {
    FormatException e = assertThrows(FormatException.class, () -> SavedModel.load(folder));
    assertTrue(e.getMessage().contains(rule), e.getMessage());
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
  }
}
