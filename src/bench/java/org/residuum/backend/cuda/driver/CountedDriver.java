package org.residuum.backend.cuda.driver;

import java.util.IdentityHashMap;
import java.util.Map;
import org.residuum.backend.cuda.rig.Intercepted;

/** Counts the calls that a driver's streams and events are given. */
final class CountedDriver {
  private final CudaDriver driver;
  private final Map<Object, CudaEvent> events = new IdentityHashMap<>();
  private long calls;
  private long waits;

  CountedDriver(CudaDriver counted) {
    this.driver = Intercepted.of(CudaDriver.class, counted, this::onDriver);
  }

  CudaDriver driver() {
    return driver;
  }

  /** Calls that give a stream something: launches, products, copies, graphs, events. */
  long calls() {
    return calls;
  }

  /** Calls that return once the device has come to a place. */
  long waits() {
    return waits;
  }

  private Object onDriver(Intercepted.Call call) {
    Object made = call.go();
    if (made instanceof CudaStream stream) {
      return Intercepted.of(CudaStream.class, stream, this::onStream);
    }
    if (made instanceof CudaEvent event) {
      CudaEvent seen = Intercepted.of(CudaEvent.class, event, this::onEvent);
      events.put(seen, event);
      return seen;
    }
    return made;
  }

  private Object onEvent(Intercepted.Call call) {
    if (call.name().equals("synchronize")) {
      waits++;
    }
    return call.go();
  }

  private Object onStream(Intercepted.Call call) {
    Object[] arguments = call.arguments();
    if (arguments != null && arguments.length == 1 && events.containsKey(arguments[0])) {
      arguments[0] = events.get(arguments[0]);
    }
    if (call.name().equals("synchronize")) {
      waits++;
    } else if (call.method().getReturnType() == void.class && !call.name().equals("close")) {
      calls++;
    }
    Object made = call.go();
    if (made instanceof Runnable prepared) {
      return (Runnable)
          () -> {
            calls++;
            prepared.run();
          };
    }
    return made instanceof CudaGraph graph
        ? Intercepted.of(CudaGraph.class, graph, this::onGraph)
        : made;
  }

  private Object onGraph(Intercepted.Call call) {
    if (call.name().equals("launch")) {
      calls++;
    }
    return call.go();
  }
}
