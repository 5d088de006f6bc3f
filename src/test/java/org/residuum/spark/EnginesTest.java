package org.residuum.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.Model;
import org.residuum.backend.Slot;

/** Tasks of a JVM share its engines. */
class EnginesTest {
  private static final int BATCH = 4;

  private final Engines engines = new Engines();
  private final AtomicInteger asked = new AtomicInteger();
  private final Supplier<byte[]> model =
      () -> {
        asked.incrementAndGet();
        try {
          ByteArrayOutputStream bytes = new ByteArrayOutputStream();
          LocalSpark.model().write(bytes);
          return bytes.toByteArray();
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      };

  private static EngineKey key(int batch) {
    return new EngineKey("model", "cpu", "fp32", 1, batch, false, null);
  }

  private static Slot.Pictures noise(Engine engine, int seed) {
    Slot.Pictures pictures = engine.borrow();
    byte[] pixels = new byte[BATCH * LocalSpark.IMAGE.elements()];
    new SplittableRandom(seed).nextBytes(pixels);
    pictures.pixels().put(0, pixels);
    for (int row = 0; row < BATCH; row++) {
      pictures.crop(row, 0, 0, false);
    }
    return pictures;
  }

  @Test
  void aModelIsReadOnceForAllTasks() throws IOException {
    Engine first = engines.take(key(BATCH), model);
    Engine second = engines.take(key(BATCH), model);
    assertSame(first, second);
    engines.giveBack(first);
    engines.giveBack(second);
    assertSame(first, engines.take(key(BATCH), model), "it is kept for the next task");
    assertEquals(1, asked.get());
    engines.giveBack(first);
  }

  @Test
  void modelsThatDifferInTheirPlaceAreOne(@TempDir Path folder) throws IOException {
    Set<String> hashes = new HashSet<>();
    for (String name : List.of("a", "model")) {
      LocalSpark.model().save(folder.resolve(name));
      hashes.add(ModelBytes.of(Model.load(folder.resolve(name))).hash());
    }
    assertEquals(1, hashes.size());
    Model other = LocalSpark.model().withLabels(List.of("a", "b", "c", "e"));
    other.save(folder.resolve("a"), true);
    assertTrue(hashes.add(ModelBytes.of(Model.load(folder.resolve("a"))).hash()));
  }

  @Test
  void fewAreKeptThatNobodyUses() throws Exception {
    Engine used = engines.take(key(1), model);
    for (int batch = 2; batch <= 6; batch++) {
      engines.giveBack(engines.take(key(batch), model));
    }
    assertEquals(1 + Engines.MOST_IDLE, engines.size());
    assertEquals(1, used.submit(used.borrow(), 1).get().size(), "one that is used goes on");
    int before = asked.get();
    engines.giveBack(engines.take(key(6), model));
    assertEquals(before, asked.get(), "the newest are kept");
    engines.giveBack(used);
  }

  @Test
  void oneThatFailedIsReplaced() throws Exception {
    Engine engine = engines.take(key(BATCH), model);
    CompletableFuture<List<float[]>> tooMany = engine.submit(engine.borrow(), BATCH + 1);
    assertThrows(ExecutionException.class, tooMany::get);
    assertTrue(engine.hasFailed());
    Engine other = engines.take(key(BATCH), model);
    assertNotSame(engine, other);
    assertEquals(1, other.submit(other.borrow(), 1).get().size());
    engines.giveBack(engine);
    assertThrows(IllegalStateException.class, () -> engine.submit(null, 1), "closed");
    engines.giveBack(other);
  }

  @Test
  void batchesOfManyTasksDoNotMix() throws Exception {
    Engine engine = engines.take(key(BATCH), model);
    List<CompletableFuture<List<float[]>>> together = new ArrayList<>();
    for (int seed = 0; seed < 8; seed++) {
      together.add(engine.submit(noise(engine, seed), BATCH));
    }
    for (int seed = 0; seed < 8; seed++) {
      List<float[]> alone = engine.submit(noise(engine, seed), BATCH).get();
      for (int row = 0; row < BATCH; row++) {
        assertArrayEquals(alone.get(row), together.get(seed).get().get(row));
      }
    }
    engines.giveBack(engine);
  }
}
