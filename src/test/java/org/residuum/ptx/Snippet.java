package org.residuum.ptx;

/**
 * Wraps instructions into a kernel that applies them to element i of up to three arrays, for tests.
 */
public final class Snippet {
  private Snippet() {}

  /**
   * Computes {@code code} for each element: it reads {@code %x}, {@code %y}, {@code %z} and writes
   * {@code %d}, which have the types given; values are bits in longs.
   */
  public static long[] map(String code, String inType, String outType, long[]... inputs) {
    Device device = new Device(text(code, inType, outType, inputs.length));
    int n = inputs[0].length;
    int in = bytes(inType);
    int out = bytes(outType);
    Object[] arguments = new Object[inputs.length + 2];
    for (int i = 0; i < inputs.length; i++) {
      arguments[i] = device.bytes("in" + i, pack(inputs[i], in));
    }
    long result = device.empty("out", (long) n * out);
    arguments[inputs.length] = result;
    arguments[inputs.length + 1] = n;
    device.machine.launch(
        device.module.entry("snippet"), Dim3.of((n + 127) / 128), Dim3.of(128), 0, arguments);
    byte[] bytes = new byte[n * out];
    device.machine.memory().copyOut(result, bytes, 0, bytes.length);
    return unpack(bytes, out);
  }

  private static String text(String code, String inType, String outType, int inputs) {
    StringBuilder s =
        new StringBuilder(".version 8.0 .target sm_90 .address_size 64 .visible .entry snippet( ");
    for (int i = 0; i < inputs; i++) {
      s.append(".param .u64 in").append(i).append(", ");
    }
    s.append(
        ".param .u64 out, "
            + ".param .u32 n) "
            + "{ "
            + ".reg .pred %p<5>, %q; "
            + ".reg .b16 %h<5>; "
            + ".reg .b32 %r<9>; ");
    s.append(".reg .b64 %rd<9>; .reg .").append(register(inType)).append(" %x, %y, %z; .reg .");
    s.append(register(outType)).append(" %d; ");
    s.append("mov.u32 %r1, %ctaid.x; mov.u32 %r2, %ntid.x; mov.u32 %r3, %tid.x; ");
    s.append(
        "mad.lo.s32 %r4, %r1, %r2, %r3; ld.param.u32 %r5, [n]; "
            + "setp.ge.s32 %p1, %r4, %r5; "
            + "@%p1 ret; ");
    for (int i = 0; i < inputs; i++) {
      s.append("ld.param.u64 %rd1, [in")
          .append(i)
          .append("]; mul.wide.s32 %rd2, %r4, ")
          .append(bytes(inType));
      s.append("; add.s64 %rd3, %rd1, %rd2; ld.global.")
          .append(inType)
          .append(" %")
          .append("xyz".charAt(i));
      s.append(", [%rd3]; ");
    }
    s.append(code).append(' ');
    s.append("ld.param.u64 %rd1, [out]; mul.wide.s32 %rd2, %r4, ").append(bytes(outType));
    s.append("; add.s64 %rd3, %rd1, %rd2; st.global.")
        .append(outType)
        .append(" [%rd3], %d; ret; } ");
    return s.toString();
  }

  private static String register(String type) {
    return "b" + Math.max(16, 8 * bytes(type));
  }

  private static int bytes(String type) {
    return Integer.parseInt(type.substring(1)) / 8;
  }

  private static byte[] pack(long[] values, int size) {
    byte[] bytes = new byte[values.length * size];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (values[i / size] >>> (8 * (i % size)));
    }
    return bytes;
  }

  private static long[] unpack(byte[] bytes, int size) {
    long[] values = new long[bytes.length / size];
    for (int i = 0; i < bytes.length; i++) {
      values[i / size] |= (bytes[i] & 0xffL) << (8 * (i % size));
    }
    return values;
  }
}
