package org.residuum.format.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.data.Preprocessing;
import org.residuum.data.Resize;
import org.residuum.format.TrainingNotes;
import org.residuum.network.Network;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;

/** Savings that are killed before each of their steps: what is there then is one model, whole. */
final class KilledSavingTest {
  private static final Network NETWORK = ResNets.mlp(Shape.of(2), 2, 1, 2);
  private static final List<String> PARTS = FolderFiles.MODEL;

  /** No model is there. */
  private static final int NONE = 0;

  private final KillableFileSystem files = new KillableFileSystem();

  @TempDir private Path temporary;

  /** Every part of a model tells its number. */
  private static SavedModel model(int number) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (ParameterSpec spec : NETWORK.parameters()) {
      float[] values = new float[spec.shape().elements()];
      Arrays.fill(values, number);
      tensors.put(spec.name(), Tensor.of(spec.shape(), values));
    }
    return new SavedModel(
        NETWORK,
        new Parameters(tensors),
        List.of("yes " + number, "no " + number),
        Optional.of(
            new Preprocessing(Shape.of(1), new float[] {number}, new float[] {1}, Resize.none())),
        Optional.of(
            new TrainingNotes(
                "",
                new TrainingNotes.Data("", new TrainingNotes.Split(number, 0.2, 0)),
                "",
                "",
                new TrainingNotes.Result(1, TrainingNotes.Score.NONE, TrainingNotes.Score.NONE),
                "",
                Map.of(TrainingNotes.RECIPE, recipe(number)))));
  }

  /** That of every third model is not known. */
  private static String recipe(int number) {
    return number % 3 == 2 ? "" : "seed = " + number + "\n";
  }

  /** Models of odd numbers are in the midst of their training. */
  private static TrainingState state(int number) {
    return number % 2 == 0
        ? null
        : new TrainingState(
            new Parameters(Map.of("first", Tensor.of(Shape.of(1), number))),
            Map.of("epoch", "" + number));
  }

  private static void save(Path folder, int number) throws IOException {
    model(number).save(folder, SavedModel.isSavedModel(folder), state(number));
  }

  /** The number of the model that is there, of which all parts have to tell. */
  private static int number(Path folder) throws IOException {
    if (!SavedModel.isSavedModel(folder)) {
      return NONE;
    }
    SavedModel there = SavedModel.load(folder);
    int number = (int) there.training().orElseThrow().data().split().seed();
    assertEquals(model(number).labels(), there.labels());
    assertEquals(model(number).preprocessing(), there.preprocessing());
    String recipe = there.training().orElseThrow().others().getOrDefault(TrainingNotes.RECIPE, "");
    assertEquals(recipe(number), recipe);
    for (Tensor tensor : there.parameters().asMap().values()) {
      for (float value : tensor.toArray()) {
        assertEquals(number, value, 0);
      }
    }
    Optional<TrainingState> state = SavedModel.loadState(folder);
    assertEquals(state(number) != null, state.isPresent());
    if (state.isPresent()) {
      assertEquals("" + number, state.get().facts().get("epoch"));
    }
    return number;
  }

  private interface Work {
    void run() throws IOException;
  }

  /** Whether it came to its end before that many steps. */
  private boolean runs(int steps, Work work) throws IOException {
    files.killAfter(steps);
    try {
      work.run();
      return true;
    } catch (KillableFileSystem.Killed e) {
      return false;
    } finally {
      files.revive();
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  /**
   * Kills a saving of {@code next} over {@code before} at each step, and the one that comes after
   * it at some step, too.
   */
  private void killAtEachStep(int before, int next) throws IOException {
    boolean done = false;
    int steps = 0;
    for (; !done; steps++) {
      Path parent = Files.createDirectory(temporary.resolve(before + "-" + next + "-" + steps));
      Path folder = files.of(parent.resolve("model"));
      if (before != NONE) {
        save(folder, before);
        Files.writeString(parent.resolve("model/notes.md"), "mine");
      }
      done = runs(steps, () -> save(folder, next));
      int there = number(folder);
      assertTrue(there == next || (there == before && !done), steps + " steps: " + there);

      runs(steps * 7 % 50, () -> SavedModel.clearLeftovers(folder));
      assertEquals(there, number(folder), "cleared in part");
      boolean again = runs(steps * 11 % 50, () -> save(folder, next + 1));
      int then = number(folder);
      assertTrue(then == next + 1 || (then == there && !again), steps + " steps: " + then);

      SavedModel.clearLeftovers(folder);
      assertEquals(then, number(folder), "cleared");
      save(folder, next + 2);
      assertEquals(next + 2, number(folder));
      List<String> expected = new ArrayList<>(PARTS);
      if (state(next + 2) != null) {
        expected.add(FolderFiles.CHECKPOINT);
      }
      if (!recipe(number(parent.resolve("model"))).isEmpty()) {
        expected.add(FolderFiles.RECIPE);
      }
      if (before != NONE) {
        expected.add("notes.md");
      }
      assertEquals(expected.stream().sorted().toList(), names(parent.resolve("model")));
      assertEquals(List.of("model"), names(parent));
    }
    assertTrue(steps > 30, steps + " steps were all");
  }

  @Test
  void firstSavingIsThereWholeOrNotAtAll() throws IOException {
    killAtEachStep(NONE, 1);
  }

  @Test
  void checkpointIsThereUntilTheNextOneIs() throws IOException {
    killAtEachStep(1, 3);
  }

  @Test
  void checkpointIsThereUntilTheTrainingsEndIs() throws IOException {
    killAtEachStep(1, 2);
  }

  @Test
  void overwrittenModelIsThereUntilTheNewOneIs() throws IOException {
    killAtEachStep(2, 4);
  }

  @Test
  void modelThatIsRemovedIsWholeOrNoModel() throws IOException {
    boolean done = false;
    for (int steps = 0; !done; steps++) {
      Path folder = files.of(temporary.resolve("model" + steps));
      save(folder, 1);
      done = runs(steps, () -> SavedModel.delete(folder));
      int there = number(folder);
      assertTrue(there == NONE || (there == 1 && !done));
      if (!done) {
        SavedModel.delete(folder);
      }
      assertTrue(Files.notExists(folder));
    }
  }

  @Test
  void fullDiskCostsTheNewModelOnly() throws IOException {
    boolean done = false;
    int steps = 0;
    for (; !done; steps++) {
      Path folder = files.of(temporary.resolve("model" + steps));
      save(folder, 1);
      files.fillAfter(steps);
      try {
        save(folder, 3);
        done = true;
      } catch (IOException e) {
        assertTrue(e.getMessage().contains("No space left on device"), e.getMessage());
        assertTrue(e.getMessage().contains("free some space"), e.getMessage());
      } finally {
        files.revive();
      }
      assertEquals(done ? 3 : 1, number(folder));
      assertEquals(FolderFiles.ALL.stream().sorted().toList(), names(folder));
    }
    assertTrue(steps > 20, steps + " steps were all");
  }

  /** As a killed process leaves it: decided, but not all files are where they belong yet. */
  @Test
  void readingChangesNothing() throws IOException {
    Path folder = files.of(temporary.resolve("model"));
    save(folder, 2);
    int steps = 0;
    do {
      runs(steps++, () -> save(folder, 3));
    } while (!Files.isDirectory(folder.resolve(".saved")));
    List<String> before = names(temporary.resolve("model"));
    assertEquals(3, number(temporary.resolve("model")));
    assertEquals(before, names(temporary.resolve("model")));
  }

  @Test
  void readerAmidSavingsGetsOneOfThem() throws Exception {
    Path folder = files.of(temporary.resolve("model"));
    save(folder, 1);
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      Future<?> savings =
          other.submit(
              () -> {
                for (int number = 2; number <= 200; number++) {
                  save(folder, number);
                }
                return null;
              });
      int last = 1;
      while (!savings.isDone()) {
        SavedModel there = SavedModel.load(folder);
        int number = (int) there.training().orElseThrow().data().split().seed();
        assertEquals(model(number).labels(), there.labels());
        assertEquals(number, there.parameters().asMap().values().iterator().next().toArray()[0], 0);
        assertTrue(number >= last, number + " after " + last);
        last = number;
      }
      savings.get();
      assertEquals(200, number(folder));
    } finally {
      other.shutdownNow();
    }
  }

  /** An earlier version renamed the old folder, was killed, and so did not rename the new one. */
  @Test
  void foldersThatAnEarlierVersionHidAreFound() throws IOException {
    Path folder = temporary.resolve("model");
    String id = "-" + UUID.randomUUID();
    Path old = temporary.resolve(".model.old" + id);
    Path fresh = temporary.resolve(".model.new" + id);
    save(old, 1);
    Files.writeString(old.resolve("notes.md"), "mine");
    save(fresh, 3);
    SavedModel.adoptLeftovers(folder);
    assertEquals(3, number(folder));
    SavedModel.clearLeftovers(folder);
    assertEquals(3, number(folder));
    assertEquals(List.of("model"), names(temporary));
    assertEquals("mine", Files.readString(folder.resolve("notes.md")));
  }

  @Test
  void earlierVersionsHalfWrittenFolderIsNotTaken() throws IOException {
    Path folder = temporary.resolve("model");
    Path old = temporary.resolve(".model.old-" + UUID.randomUUID());
    Path fresh = temporary.resolve(".model.new-" + UUID.randomUUID());
    save(old, 1);
    save(fresh, 3);
    Files.delete(fresh.resolve("labels.txt"));
    SavedModel.clearLeftovers(folder);
    assertEquals(1, number(folder));
    assertEquals(List.of("model"), names(temporary));
  }

  @Test
  void remainsOfAKilledProcessDoNotMakeAFolderTaken() throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("model"));
    Path half = Files.createDirectory(folder.resolve(".saving-" + UUID.randomUUID()));
    Files.writeString(half.resolve(".model.safetensors." + UUID.randomUUID()), "half");
    SavedModel.checkTarget(folder, false);
    model(2).save(folder, false);
    assertEquals(2, number(folder));
    Path mine = Files.createDirectory(temporary.resolve("mine"));
    Files.writeString(mine.resolve(".saving-money"), "mine");
    assertThrows(IOException.class, () -> SavedModel.checkTarget(mine, false));
  }
}
