package org.residuum.backend.cuda;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.residuum.backend.cuda.driver.CudaDriver;
import org.residuum.backend.cuda.driver.CudaStream;
import org.residuum.backend.cuda.driver.Resources;
import org.residuum.backend.lower.FlatLayout;
import org.residuum.backend.lower.FlatLayout.Slice;

/**
 * Parameters that follow each other and have the same factor of the learning rate, each group with
 * the numbers of a step in memory of its own.
 */
final class RateGroups {
  private static final int NUMBERS_BYTES = 16;
  private static final int CONTROL_BYTES = 32;

  /**
   * A group.
   *
   * @param from its first element
   * @param control norm and scale, then the numbers
   */
  record Group(int from, int count, double factor, long control, ByteBuffer numbers, Runnable in) {}

  private final CudaDriver driver;
  private final CudaStream stream;
  private final Resources resources;
  private final int numbersAt;
  private final List<Long> controls = new ArrayList<>();
  private final List<ByteBuffer> numbers = new ArrayList<>();
  private Group[] groups;

  /**
   * One group of all.
   *
   * @param resources collects the memory of further groups
   * @param control of the first group
   * @param numbersAt where the numbers are in a control
   */
  RateGroups(
      CudaDriver driver, CudaStream stream, Resources resources, long control, int numbersAt) {
    this.driver = driver;
    this.stream = stream;
    this.resources = resources;
    this.numbersAt = numbersAt;
    controls.add(control);
    numbers.add(resources.allocateHost(driver, NUMBERS_BYTES, "numbers of a step"));
  }

  /** An array, since each step walks over it and must take nothing of the Java heap. */
  Group[] groups() {
    return groups;
  }

  /** Groups the trained parameters by factors; 1 for those without. */
  void arrange(FlatLayout layout, Map<String, Double> factors) {
    List<Group> made = new ArrayList<>();
    int from = 0;
    double factor = 1;
    for (Slice slice : layout.trained()) {
      double next = factors.getOrDefault(slice.spec().name(), 1.0);
      if (slice.offset() > from && next != factor) {
        made.add(group(made.size(), from, slice.offset() - from, factor));
        from = slice.offset();
      }
      factor = next;
    }
    made.add(group(made.size(), from, layout.trainedElements() - from, factor));
    groups = made.toArray(new Group[0]);
  }

  private Group group(int index, int from, int count, double factor) {
    if (index == controls.size()) {
      controls.add(resources.allocate(driver, CONTROL_BYTES, "numbers of a step"));
      numbers.add(resources.allocateHost(driver, NUMBERS_BYTES, "numbers of a step"));
    }
    long control = controls.get(index);
    ByteBuffer host = numbers.get(index);
    Runnable in = stream.toDevice(control + numbersAt, host, NUMBERS_BYTES);
    return new Group(from, count, factor, control, host, in);
  }
}
