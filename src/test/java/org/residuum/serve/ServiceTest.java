package org.residuum.serve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests of many threads: who gets what, and who waits, is refused, gives up or is closed. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ServiceTest {
  private static final Limits USUAL = new Limits(8, 1_000_000, 64, 0);

  private final ExecutorService callers = Executors.newCachedThreadPool();
  private final GatedPlans plans = new GatedPlans("reference");

  @AfterEach
  void stop() {
    callers.shutdownNow();
  }

  private Service service(Limits limits) {
    return new Service("this service", limits, GatedPlans.FEATURES, true, 2, List.of(plans));
  }

  private static float[] example(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] x = new float[GatedPlans.FEATURES];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  private static CompletableFuture<float[]> submit(Service service, long seed) {
    return service.submit(Head.LOGITS, false, () -> example(seed), row -> row);
  }

  /** Waits until nobody waits in the queue: a lane has taken them. */
  private static void untilTaken(Service service) throws InterruptedException {
    while (service.depth() > 0) {
      Thread.sleep(1);
    }
  }

  @Test
  void eachThreadGetsItsOwnAnswers() throws Exception {
    try (Service service = service(USUAL)) {
      List<Future<Integer>> wrong = new ArrayList<>();
      for (int t = 0; t < 32; t++) {
        int seed = t;
        wrong.add(callers.submit(() -> wrongAnswers(service, seed)));
      }
      for (Future<Integer> future : wrong) {
        assertEquals(0, future.get());
      }
      assertEquals(32 * 50, service.meter().answered());
      assertEquals(0, service.meter().failed());
      assertEquals(0, service.depth());
    }
  }

  private static int wrongAnswers(Service service, int seed) {
    int wrong = 0;
    for (int call = 0; call < 50; call++) {
      float[] x = example(1000L * seed + call);
      boolean features = call % 5 == 0;
      float[] row = service.ask(features ? Head.EMBEDDING : Head.LOGITS, () -> x);
      float[] expected = features ? relu(x) : GatedPlans.logits(x);
      wrong += close(expected, row) ? 0 : 1;
    }
    return wrong;
  }

  private static float[] relu(float[] x) {
    float[] y = x.clone();
    for (int i = 0; i < y.length; i++) {
      y[i] = Math.max(0, y[i]);
    }
    return y;
  }

  private static boolean close(float[] expected, float[] actual) {
    boolean close = expected.length == actual.length;
    for (int i = 0; close && i < expected.length; i++) {
      close = Math.abs(expected[i] - actual[i]) <= 1e-6f;
    }
    return close;
  }

  @Test
  void whatGathersWhileABatchRunsIsTheNextBatch() throws Exception {
    try (Service service = service(USUAL)) {
      List<CompletableFuture<float[]>> all = new ArrayList<>();
      plans.computing().lock();
      try {
        all.add(submit(service, 0));
        untilTaken(service);
        for (int i = 1; i <= 8; i++) {
          all.add(submit(service, i));
        }
      } finally {
        plans.computing().unlock();
      }
      for (int i = 0; i <= 8; i++) {
        assertArrayEquals(GatedPlans.logits(example(i)), all.get(i).join(), 1e-6f);
      }
      assertEquals(2, service.meter().batches());
      assertEquals(4.5, service.meter().meanBatch());
    }
  }

  /** The wait for others is bounded, however few they are. */
  @Test
  void fewRequestsDoNotWaitForAFullBatch() {
    try (Service service = service(new Limits(8, TimeUnit.MILLISECONDS.toNanos(20), 64, 0))) {
      assertArrayEquals(
          GatedPlans.logits(example(1)), service.ask(Head.LOGITS, () -> example(1)), 1e-6f);
    }
  }

  /** A full batch does not wait at all: here the wait would be an hour. */
  @Test
  void fullBatchGoesAtOnce() {
    try (Service service = service(new Limits(4, TimeUnit.HOURS.toNanos(1), 64, 0))) {
      List<CompletableFuture<float[]>> four = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        four.add(submit(service, i));
      }
      four.forEach(CompletableFuture::join);
      assertEquals(1, service.meter().batches());
    }
  }

  @Test
  void fullQueueRefusesAsynchronousCallsAndHasOthersWait() throws Exception {
    try (Service service = service(new Limits(8, 0, 2, 0))) {
      Future<float[]> waiting;
      List<CompletableFuture<float[]>> taken = new ArrayList<>();
      plans.computing().lock();
      try {
        taken.add(submit(service, 0));
        untilTaken(service);
        taken.add(submit(service, 1));
        taken.add(submit(service, 2));
        CompletableFuture<float[]> refused = submit(service, 3);
        assertTrue(refused.isCompletedExceptionally());
        Throwable reason = assertThrows(CompletionException.class, refused::join).getCause();
        assertInstanceOf(RejectedExecutionException.class, reason);
        assertTrue(reason.getMessage().contains("2 waiting requests"), reason.getMessage());
        waiting = callers.submit(() -> service.ask(Head.LOGITS, () -> example(4)));
        assertThrows(TimeoutException.class, () -> waiting.get(30, TimeUnit.MILLISECONDS));
      } finally {
        plans.computing().unlock();
      }
      assertArrayEquals(GatedPlans.logits(example(4)), waiting.get(), 1e-6f);
      service.close(); // Counts of futures are whole then.
      assertEquals(1, service.meter().unserved());
      assertEquals(4, service.meter().answered());
    }
  }

  /** While one thread of the pool is busy, the other has an answer and examples to prepare. */
  @Test
  void answersAreHandedOutBeforeFurtherExamplesArePrepared() throws Exception {
    try (Service service = service(new Limits(8, 0, 64, 0))) {
      CountDownLatch busy = new CountDownLatch(2);
      CountDownLatch one = new CountDownLatch(1);
      CountDownLatch other = new CountDownLatch(1);
      List<CompletableFuture<float[]>> behind = new ArrayList<>();
      List<Boolean> answered = Collections.synchronizedList(new ArrayList<>());
      try {
        plans.computing().lock();
        try {
          CompletableFuture<float[]> first = submit(service, 0);
          untilTaken(service);
          for (CountDownLatch latch : List.of(one, other)) {
            service.submit(Head.LOGITS, false, () -> waitFor(latch, busy), row -> row);
          }
          busy.await();
          Callable<Object> look =
              () -> {
                answered.add(first.isDone());
                return example(1);
              };
          for (int i = 0; i < 5; i++) {
            behind.add(service.submit(Head.LOGITS, false, look, row -> row));
          }
        } finally {
          plans.computing().unlock();
        }
        service.ask(Head.LOGITS, () -> example(2)); // The first answer waits for the pool now.
        one.countDown();
        behind.forEach(CompletableFuture::join);
        assertEquals(Collections.nCopies(5, true), answered);
      } finally {
        one.countDown();
        other.countDown();
      }
    }
  }

  private static Object waitFor(CountDownLatch latch, CountDownLatch busy)
      throws InterruptedException {
    busy.countDown();
    latch.await();
    return example(0);
  }

  @Test
  void requestsTimeOut() throws Exception {
    try (Service service = service(new Limits(8, 0, 3, TimeUnit.MILLISECONDS.toNanos(60)))) {
      plans.computing().lock();
      try {
        CompletableFuture<float[]> later = submit(service, 0);
        untilTaken(service);
        Future<float[]> now = callers.submit(() -> service.ask(Head.LOGITS, () -> example(1)));
        assertInstanceOf(
            TimeoutException.class,
            assertThrows(CompletionException.class, later::join).getCause());
        Throwable told = assertThrows(ExecutionException.class, now::get).getCause();
        assertInstanceOf(CompletionException.class, told);
        assertInstanceOf(TimeoutException.class, told.getCause());
        assertTrue(told.getMessage().contains("no answer within 60 ms"), told.getMessage());
        assertEquals(0, service.depth());
      } finally {
        plans.computing().unlock();
      }
      assertArrayEquals(
          GatedPlans.logits(example(2)), service.ask(Head.LOGITS, () -> example(2)), 1e-6f);
      service.close();
      assertEquals(2, service.meter().unserved());
    }
  }

  @Test
  void cancelledRequestGivesItsPlaceToAnother() throws Exception {
    try (Service service = service(new Limits(8, 0, 1, 0))) {
      plans.computing().lock();
      CompletableFuture<float[]> next;
      try {
        CompletableFuture<float[]> first = submit(service, 0);
        untilTaken(service);
        CompletableFuture<float[]> cancelled = submit(service, 1);
        while (!submit(service, 2).isCompletedExceptionally()) {
          Thread.sleep(1);
        }
        assertTrue(cancelled.cancel(true));
        untilTaken(service);
        next = submit(service, 3);
        assertFalse(next.isDone());
        assertFalse(first.isDone());
      } finally {
        plans.computing().unlock();
      }
      assertArrayEquals(GatedPlans.logits(example(3)), next.join(), 1e-6f);
      service.close();
      assertEquals(2, service.meter().answered());
    }
  }

  @Test
  void interruptedCallerGivesUp() throws Exception {
    try (Service service = service(USUAL)) {
      CountDownLatch asking = new CountDownLatch(1);
      plans.computing().lock();
      try {
        Future<Boolean> kept =
            callers.submit(
                () -> {
                  Thread.currentThread().interrupt();
                  asking.countDown();
                  assertThrows(
                      CancellationException.class,
                      () -> service.ask(Head.LOGITS, () -> example(0)));
                  return Thread.interrupted();
                });
        asking.await();
        assertTrue(kept.get(), "the thread is still interrupted");
        Thread[] caller = new Thread[1];
        Future<?> waiting =
            callers.submit(
                () -> {
                  caller[0] = Thread.currentThread();
                  asking.countDown();
                  service.ask(Head.LOGITS, () -> example(0));
                });
        while (caller[0] == null || caller[0].getState() != Thread.State.WAITING) {
          Thread.sleep(1);
        }
        caller[0].interrupt();
        assertInstanceOf(
            CancellationException.class,
            assertThrows(ExecutionException.class, waiting::get).getCause());
        assertEquals(0, service.depth());
      } finally {
        plans.computing().unlock();
      }
      assertEquals(2, service.meter().unserved());
    }
  }

  /** Many callers with large pictures would fill the heap. */
  @Test
  void fewCallersPrepareAtOnce() throws Exception {
    AtomicInteger preparing = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    try (Service service = service(new Limits(8, 0, 64, TimeUnit.MINUTES.toNanos(1)))) {
      List<Future<float[]>> all = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        int seed = i;
        Service.Preparation<InterruptedException> slow =
            () -> {
              most.accumulateAndGet(preparing.incrementAndGet(), Math::max);
              Thread.sleep(5);
              preparing.decrementAndGet();
              return example(seed);
            };
        all.add(callers.submit(() -> service.ask(Head.LOGITS, slow)));
      }
      for (int i = 0; i < 16; i++) {
        assertArrayEquals(GatedPlans.logits(example(i)), all.get(i).get(), 1e-6f);
      }
    }
    assertTrue(most.get() <= 2, most + " at once, in a pool of 2");
  }

  @Test
  void failedPreparationIsTheCallersAlone() {
    try (Service service = service(USUAL)) {
      Callable<Object> broken =
          () -> {
            throw new java.io.IOException("no picture");
          };
      CompletableFuture<float[]> later = service.submit(Head.LOGITS, false, broken, row -> row);
      assertEquals(
          "no picture",
          assertThrows(CompletionException.class, later::join).getCause().getMessage());
      assertThrows(
          IllegalArgumentException.class,
          () ->
              service.ask(
                  Head.LOGITS,
                  () -> {
                    throw new IllegalArgumentException("no picture");
                  }));
      assertEquals(0, service.depth());
      assertEquals(5, submit(service, 1).join().length);
      service.close();
      assertEquals(2, service.meter().failed());
    }
  }

  @Test
  void failedBatchTellsItsOwnRequestsAlone() {
    try (Service service = service(USUAL)) {
      plans.failures.set(1);
      Throwable reason =
          assertThrows(CompletionException.class, () -> submit(service, 1).join()).getCause();
      assertEquals("no memory on reference", reason.getMessage());
      assertEquals(5, submit(service, 1).join().length);
      plans.failures.set(1);
      assertThrows(CompletionException.class, () -> service.ask(Head.EMBEDDING, () -> example(0)));
      service.close();
      assertEquals(2, service.meter().failed());
    }
  }

  @Test
  void severalDevicesShareTheRequests() throws Exception {
    GatedPlans other = new GatedPlans("other");
    try (Service service =
        new Service("both", USUAL, GatedPlans.FEATURES, true, 2, List.of(plans, other))) {
      plans.computing().lock();
      try {
        // The busy device takes one batch at most, the other answers all that follow.
        CompletableFuture<float[]> perhapsStuck = submit(service, 0);
        untilTaken(service);
        CompletableFuture<float[]> behind = submit(service, 1);
        untilTaken(service);
        CompletableFuture.anyOf(perhapsStuck, behind).join();
        for (int i = 2; i < 20; i++) {
          CompletableFuture<float[]> next = submit(service, i);
          untilTaken(service);
          CompletableFuture.anyOf(next, CompletableFuture.allOf(perhapsStuck, behind)).join();
        }
      } finally {
        plans.computing().unlock();
      }
      assertTrue(other.compiled() > 0);
    }
  }

  @Test
  void deviceThatFailsIsLeftOutAndTheOthersAnswer() {
    GatedPlans other = new GatedPlans("other");
    plans.failures.set(Integer.MAX_VALUE);
    try (Service service =
        new Service("both", USUAL, GatedPlans.FEATURES, true, 2, List.of(plans, other))) {
      for (int round = 0; round < 20; round++) {
        List<CompletableFuture<float[]>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
          all.add(submit(service, i));
        }
        for (int i = 0; i < 20; i++) {
          assertArrayEquals(GatedPlans.logits(example(i)), all.get(i).join(), 1e-6f);
        }
      }
    }
    assertTrue(plans.failures.get() >= Integer.MAX_VALUE - 1, "asked once at most");
  }

  /** A lane does not end while another one may hand its requests back. */
  @Test
  void closingWhileADeviceFailsAnswersAll() {
    for (int round = 0; round < 50; round++) {
      GatedPlans broken = new GatedPlans("broken");
      broken.failures.set(1);
      Service service =
          new Service(
              "both",
              USUAL,
              GatedPlans.FEATURES,
              true,
              2,
              List.of(broken, new GatedPlans("other")));
      List<CompletableFuture<float[]>> all = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        all.add(submit(service, i));
      }
      service.close();
      all.forEach(answer -> assertEquals(GatedPlans.CLASSES, answer.join().length));
    }
  }

  @Test
  void closingAnswersWhatWaitsAndRefusesTheRest() throws Exception {
    Service service = service(new Limits(4, TimeUnit.HOURS.toNanos(1), 64, 0));
    List<CompletableFuture<float[]>> waiting = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      waiting.add(submit(service, i));
    }
    service.close();
    for (int i = 0; i < 6; i++) {
      assertTrue(waiting.get(i).isDone());
      assertArrayEquals(GatedPlans.logits(example(i)), waiting.get(i).join(), 1e-6f);
    }
    assertEquals(
        "this service is closed",
        assertThrows(IllegalStateException.class, () -> service.ask(Head.LOGITS, () -> example(0)))
            .getMessage());
    assertThrows(IllegalStateException.class, () -> submit(service, 0));
    service.close();
  }

  /** What depends on a future may close the service, and runs in no lane. */
  @Test
  void dependentMayCloseTheService() throws Exception {
    Service service = service(USUAL);
    CountDownLatch attached = new CountDownLatch(1);
    CompletableFuture<float[]> result =
        service.submit(
            Head.LOGITS,
            false,
            () -> {
              attached.await();
              return example(1);
            },
            row -> row);
    CompletableFuture<String> closed =
        result.thenApply(
            row -> {
              service.close();
              return Thread.currentThread().getName();
            });
    attached.countDown();
    assertEquals("residuum-preparation", closed.get());
    service.close();
  }

  @Test
  void warmUpCompilesAllSizes() {
    try (Service service = service(USUAL)) {
      service.warmUp(Head.LOGITS, new float[GatedPlans.FEATURES]);
      assertEquals(4, plans.compiled(), "1, 2, 4, 8");
      assertEquals(List.of(1, 2, 4, 8), Service.sizes(8));
      assertEquals(List.of(1, 2, 4, 6), Service.sizes(6));
      submit(service, 1).join();
      service.close();
      assertEquals(4, plans.compiled());
      assertEquals(1, service.meter().answered());
    }
  }

  @Test
  void percentilesAreOfTheNewestLatencies() {
    Meter meter = new Meter();
    assertArrayEquals(new long[] {0}, meter.latencies(0.99));
    for (int i = 1; i <= 5000; i++) {
      meter.addAnswered(i <= 904 ? 1_000_000 : i - 904);
    }
    long[] expected = {2048, 3892, 4056, 4096};
    assertEquals(Arrays.toString(expected), Arrays.toString(meter.latencies(0.5, 0.95, 0.99, 1)));
  }
}
