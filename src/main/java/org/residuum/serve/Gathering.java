package org.residuum.serve;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntUnaryOperator;
import org.residuum.text.Units;

/**
 * The bounded queue in which requests become batches. A request has a place from its admission,
 * while it is prepared and while it waits, until a lane takes it.
 */
final class Gathering {
  private final String what;
  private final Limits limits;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrivals = lock.newCondition();
  private final Condition turns = lock.newCondition();
  private final Condition freed = lock.newCondition();
  private final Map<Head, LinkedHashSet<Request>> waiting = new EnumMap<>(Head.class);
  private int places;
  private int running;
  private boolean gathering;
  private boolean closed;

  /**
   * An empty one.
   *
   * @param what is served, for errors
   */
  Gathering(String what, Limits limits) {
    this.what = what;
    this.limits = limits;
    for (Head head : Head.values()) {
      waiting.put(head, new LinkedHashSet<>());
    }
  }

  /**
   * Takes a place.
   *
   * @throws RejectedExecutionException where none is free
   * @throws IllegalStateException where this is closed
   */
  void admit() {
    lock.lock();
    try {
      requireOpen();
      if (places >= limits.queue()) {
        throw new RejectedExecutionException(
            "%s has %s already, its limit; ask less often, or raise the limit of the queue"
                .formatted(what, Units.count(places, "waiting request")));
      }
      places++;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for a place and takes it.
   *
   * @param submitted when the request's time began
   * @throws TimeoutException where none is free in time
   */
  void admitWaiting(long submitted) throws InterruptedException, TimeoutException {
    lock.lockInterruptibly();
    try {
      requireOpen();
      while (places >= limits.queue()) {
        if (limits.timeoutNanos() == 0) {
          freed.await();
        } else if (freed.awaitNanos(limits.timeoutNanos() - (System.nanoTime() - submitted)) <= 0) {
          throw timedOut();
        }
        requireOpen();
      }
      places++;
    } finally {
      lock.unlock();
    }
  }

  /** What a request is told that was not answered in time. */
  TimeoutException timedOut() {
    return new TimeoutException(
        "%s gave no answer within %s ms, %s are waiting; ask less often, or allow more time"
            .formatted(
                what,
                TimeUnit.NANOSECONDS.toMillis(limits.timeoutNanos()),
                Units.count(depth(), "request")));
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException(what + " is closed");
    }
  }

  /** Gives back the place of a request that could not be prepared. */
  void leave() {
    lock.lock();
    try {
      release(1);
    } finally {
      lock.unlock();
    }
  }

  private void release(int count) {
    places -= count;
    if (closed) {
      freed.signalAll();
      arrivals.signalAll();
    } else if (count == 1) {
      freed.signal();
    } else {
      freed.signalAll();
    }
  }

  /** A request that has a place is ready to run. */
  void enter(Request request) {
    lock.lock();
    try {
      waiting.get(request.head()).add(request);
      arrivals.signal();
    } finally {
      lock.unlock();
    }
  }

  /** A request was given up; its place is free, unless it runs already. */
  void drop(Request request) {
    lock.lock();
    try {
      if (waiting.get(request.head()).remove(request)) {
        release(1);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for a batch: until it is full, or its oldest request has waited as long as it may.
   *
   * @param share how many of so many to take
   * @return requests of one kind, for {@link #done}; none once this is closed and everyone was
   *     served
   */
  List<Request> take(Share share) {
    lock.lock();
    try {
      while (gathering) {
        turns.awaitUninterruptibly();
      }
      gathering = true;
      List<Request> taken = await(share);
      running += taken.isEmpty() ? 0 : 1;
      return taken;
    } finally {
      gathering = false;
      turns.signal();
      lock.unlock();
    }
  }

  /**
   * A batch that was taken is over.
   *
   * @param unserved requests of it that wait again, whether there is room or not
   */
  void done(List<Request> unserved) {
    lock.lock();
    try {
      running--;
      places += unserved.size();
      unserved.forEach(request -> waiting.get(request.head()).add(request));
      arrivals.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** How many of the requests of a kind that wait make the best batch. */
  interface Share {
    IntUnaryOperator of(Head head);
  }

  private List<Request> await(Share share) {
    while (true) {
      Head head = oldest();
      if (head == null && closed && places == 0 && running == 0) {
        return List.of();
      }
      if (head == null) {
        arrivals.awaitUninterruptibly();
      } else {
        LinkedHashSet<Request> requests = waiting.get(head);
        long waited = System.nanoTime() - requests.iterator().next().ready();
        if (closed || requests.size() >= limits.batch() || waited >= limits.maxWaitNanos()) {
          int available = Math.min(requests.size(), limits.batch());
          return remove(requests, share.of(head).applyAsInt(available));
        }
        await(limits.maxWaitNanos() - waited);
      }
    }
  }

  private void await(long nanos) {
    try {
      arrivals.awaitNanos(nanos);
    } catch (InterruptedException e) {
      // Lanes end by close alone; whoever interrupts one only shortens a wait.
      Thread.interrupted();
    }
  }

  /** The kind of the request that has waited longest; null where none waits. */
  private Head oldest() {
    Head oldest = null;
    long since = 0;
    for (Map.Entry<Head, LinkedHashSet<Request>> entry : waiting.entrySet()) {
      if (!entry.getValue().isEmpty()) {
        long ready = entry.getValue().iterator().next().ready();
        if (oldest == null || ready - since < 0) {
          oldest = entry.getKey();
          since = ready;
        }
      }
    }
    return oldest;
  }

  private List<Request> remove(LinkedHashSet<Request> requests, int count) {
    List<Request> taken = new ArrayList<>(count);
    Iterator<Request> oldestFirst = requests.iterator();
    while (taken.size() < count) {
      taken.add(oldestFirst.next());
      oldestFirst.remove();
    }
    release(count);
    return taken;
  }

  /** Requests that are prepared or wait. */
  int depth() {
    lock.lock();
    try {
      return places;
    } finally {
      lock.unlock();
    }
  }

  /** Refuses requests from here on; those that have a place are served. */
  void close() {
    lock.lock();
    try {
      closed = true;
      freed.signalAll();
      arrivals.signalAll();
      turns.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
