package org.residuum.backend.lower;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls and the close of one object, from several threads. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GuardTest {
  private final AtomicInteger freed = new AtomicInteger();
  private final ExecutorService others = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    others.shutdownNow();
  }

  private Guard guard(boolean waits) {
    return waits
        ? Guard.waiting("this thing", freed::incrementAndGet)
        : Guard.refusing("this thing", freed::incrementAndGet);
  }

  @Test
  void secondThreadIsRefused() throws Exception {
    Guard guard = guard(false);
    guard.enter();
    Future<?> other = others.submit(guard::enter);
    Throwable refusal = assertThrows(ExecutionException.class, other::get).getCause();
    assertEquals(
        "this thing is in use by another thread; open one for each thread", refusal.getMessage());
    guard.exit();
    others.submit(() -> guard.run(() -> {})).get();
  }

  @Test
  void secondThreadWaitsForTheWholeCall() throws Exception {
    Guard guard = guard(true);
    List<Integer> order = new ArrayList<>();
    CountDownLatch begun = new CountDownLatch(1);
    guard.enter();
    Future<?> other =
        others.submit(
            () -> {
              begun.countDown();
              guard.run(() -> order.add(2));
            });
    begun.await();
    guard.run(() -> order.add(1));
    guard.exit();
    other.get();
    assertEquals(List.of(1, 2), order);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void closeWaitsForTheCallOfAnotherThread(boolean waits) throws Exception {
    Guard guard = guard(waits);
    guard.enter();
    Future<?> close = others.submit(guard::close);
    awaitClosed(guard);
    assertEquals(0, freed.get(), "in use");
    guard.exit();
    close.get();
    assertEquals(1, freed.get());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void closeWithinACallFreesAtItsEnd(boolean waits) {
    Guard guard = guard(waits);
    guard.run(
        () ->
            guard.run(
                () -> {
                  guard.close();
                  guard.close();
                  assertEquals(0, freed.get(), "in use");
                  assertThrows(IllegalStateException.class, guard::enter);
                }));
    assertEquals(1, freed.get());
    guard.close();
    assertEquals(1, freed.get());
    assertEquals(
        "this thing is closed",
        assertThrows(IllegalStateException.class, guard::enter).getMessage());
  }

  /** A thread that found the object open and waits finds it closed later, and keeps no lock. */
  @Test
  void closeBetweenTheTwoChecksOfACallLeavesTheGuardFree() throws Exception {
    Guard guard = guard(true);
    guard.enter();
    CountDownLatch begun = new CountDownLatch(1);
    FutureTask<?> call =
        new FutureTask<>(
            () -> {
              begun.countDown();
              guard.enter();
              return null;
            });
    Thread late = new Thread(call);
    late.start();
    begun.await();
    while (late.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    guard.close();
    guard.exit();
    assertEquals(
        "this thing is closed",
        assertThrows(ExecutionException.class, call::get).getCause().getMessage());
    others.submit(guard::close).get(30, TimeUnit.SECONDS);
    assertEquals(1, freed.get());
  }

  /** The same where the other check is in between, as chance has it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void closeAtAnyMomentReturnsAndFreesOnce(boolean waits) throws Exception {
    for (int round = 0; round < 5_000; round++) {
      freed.set(0);
      Guard guard = guard(waits);
      Future<?> calls = others.submit(() -> callUntilClosed(guard));
      for (int i = round % 200; i > 0; i--) {
        Thread.onSpinWait();
      }
      guard.close();
      calls.get();
      assertEquals(1, freed.get());
    }
  }

  private void callUntilClosed(Guard guard) {
    try {
      while (true) {
        guard.run(() -> assertEquals(0, freed.get(), "freed in use"));
      }
    } catch (IllegalStateException e) {
      assertEquals("this thing is closed", e.getMessage());
    }
  }

  @Test
  void failureToFreeLeavesTheGuardFree() {
    Guard guard =
        Guard.refusing(
            "this thing",
            () -> {
              throw new UnsupportedOperationException("no");
            });
    assertThrows(UnsupportedOperationException.class, guard::close);
    guard.close();
    assertTrue(
        assertThrows(IllegalStateException.class, guard::requireOpen)
            .getMessage()
            .endsWith("closed"));
  }

  private static void awaitClosed(Guard guard) {
    try {
      while (true) {
        guard.requireOpen();
        Thread.onSpinWait();
      }
    } catch (IllegalStateException e) {
      assertEquals("this thing is closed", e.getMessage());
    }
  }
}
