package org.residuum.ptx;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.residuum.ptx.memory.EmulatedMemory;
import org.residuum.ptx.parse.PtxModule;

/** A machine with one module loaded, and typed copies to and from its memory, for tests. */
public final class Device {
  public final PtxMachine machine = new PtxMachine(new EmulatedMemory());
  public final PtxModule module;

  /** Loads a file from the test resources, or PTX text where {@code source} is that. */
  public Device(String source) {
    module = PtxModule.parse(source.contains(".version") ? source : resource(source));
  }

  static String resource(String name) {
    try (InputStream in = Device.class.getResourceAsStream("/ptx/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long bytes(String label, byte[] values) {
    long address = machine.memory().allocate(values.length, label);
    machine.memory().copyIn(address, values, 0, values.length);
    return address;
  }

  long floats(String label, float... values) {
    byte[] bytes = new byte[4 * values.length];
    wrap(bytes).asFloatBuffer().put(values);
    return bytes(label, bytes);
  }

  public long ints(String label, int... values) {
    byte[] bytes = new byte[4 * values.length];
    wrap(bytes).asIntBuffer().put(values);
    return bytes(label, bytes);
  }

  long longs(String label, long... values) {
    byte[] bytes = new byte[8 * values.length];
    wrap(bytes).asLongBuffer().put(values);
    return bytes(label, bytes);
  }

  public long empty(String label, long bytes) {
    return machine.memory().allocate(bytes, label);
  }

  float[] floats(long address, int count) {
    float[] values = new float[count];
    out(address, 4 * count).asFloatBuffer().get(values);
    return values;
  }

  public int[] ints(long address, int count) {
    int[] values = new int[count];
    out(address, 4 * count).asIntBuffer().get(values);
    return values;
  }

  long[] longs(long address, int count) {
    long[] values = new long[count];
    out(address, 8 * count).asLongBuffer().get(values);
    return values;
  }

  private ByteBuffer out(long address, int count) {
    byte[] bytes = new byte[count];
    machine.memory().copyOut(address, bytes, 0, count);
    return wrap(bytes);
  }

  private static ByteBuffer wrap(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
