package org.residuum.backend;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/**
 * A batch under way in a session, with buffers of its own: fill the inputs, {@link #start}, {@link
 * #await}, read the outputs. From the first of {@link #send} and start until await has returned,
 * the buffers belong to the device; meanwhile another slot's can be filled and read.
 */
public interface Slot {
  /**
   * The buffer of an input that is fed with floats, (batch, ...) in the session's layout; write
   * through absolute puts.
   */
  FloatBuffer input(String name);

  /** The buffers of an input that is fed with bytes. */
  Pictures pictures(String name);

  /** The buffer of an output, valid from await until this slot starts again. */
  FloatBuffer output(String name);

  /** Begins to copy the inputs to the device, ahead of {@link #start}, which else does so. */
  void send();

  /**
   * Begins to run, behind the batches that were started before; where the device does not work by
   * itself, it returns when the outputs are there.
   */
  void start();

  /** Returns when the outputs are there. */
  void await();

  /**
   * Pictures as they are stored, a byte a value, and what of each a network is to see; read and
   * written through absolute gets and puts.
   *
   * @param pixels (count, H, W, C), unsigned
   * @param crops (count, 3): the row and the column of the picture at which the input starts,
   *     outside of it being black, and 1 where the input is mirrored left to right, else 0
   */
  record Pictures(ByteBuffer pixels, IntBuffer crops) {
    /** Integers a picture in {@link #crops}. */
    public static final int CROP = 3;

    /**
     * Room off the heap.
     *
     * @param elements values a picture
     */
    public static Pictures allocate(int count, int elements) {
      IntBuffer crops =
          ByteBuffer.allocateDirect(count * CROP * Integer.BYTES)
              .order(ByteOrder.nativeOrder())
              .asIntBuffer();
      return new Pictures(ByteBuffer.allocateDirect(Math.multiplyExact(count, elements)), crops);
    }

    /** Says where the picture of a row is cut and whether it is mirrored. */
    public void crop(int row, int top, int left, boolean flip) {
      crops.put(CROP * row, top).put(CROP * row + 1, left).put(CROP * row + 2, flip ? 1 : 0);
    }
  }
}
