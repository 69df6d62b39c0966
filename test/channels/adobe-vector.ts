/**
 * Adobe's own published signature: the event, its RSA-SHA256 signature and the public key (base64 of a PEM), from the
 * tests of `adobe/aio-lib-events`, Copyright 2019 Adobe, Apache License 2.0.
 */
export const adobeVector = {
  body: '{"event_id":"eventId1","event":{"hello":"world"},"recipient_client_id":"client_id1"}',
  clientId: "client_id1",
  signature:
    "Hgq9NEIAtFItHQfHYi2x94zAaHG7088PUDLdpSTdsFjLPD+IJCrKpSf4bxNeh3vHmMqj6zUVYfFEYvgI0riJNx12b3wIMHhoa/MxQGzzCcN4" +
    "GnB/LVaTm9/1LZSxKpyR34FhaaYxbN3u3dSE60zk5swjzMKUFRmFiiE6k0knjcM+e0E3f1g9kFXgy/dUIOlty4SlS3hbv1UHS/BYXakH7d0l" +
    "b4mrNxHIGNuIyFRmMpbZ4KyXDJo5nCQqvW0dZKAikpavf58/S8xbYyhJTImNJaUMZYQ5m8KD6H1ME48Hr3Q+Vgte9cXrTCreK1tVqCCy/ZaQ" +
    "GC7Z/qPOC+D849hi9g==",
  publicKey:
    "LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS0KTUlJQklqQU5CZ2txaGtpRzl3MEJBUUVGQUFPQ0FROEFNSUlCQ2dLQ0FRRUFyR3dVSUlkYUJT" +
    "VXJacTRWMjRjTApSM0kxOWdlbDl1QkJtWEUzbHQ0b1ZIRjBsTXNIbkE3MmNKTmYvSVBGWURXRWxNL3RFNGJhdDhwNzhPMlpRcHVzCjZuemkv" +
    "SVNmU1dwcldodlR1STVzS3g2Q1ZnYlJJelVNNlZUSWN2bzhvM1BLNDlIYmdhY1JpVUFCWjF1Tm83Q3oKUGZtdTV4QVkrbDJJZTFEdDh5cGVy" +
    "b3RLQUtKbXVQWWVGV0tHZTl0emJQWWdGbHVDeThEalBwMmdHc21qc29yUgovQ1ZSSnE4ZldsNWFUTGhhK1pIU1R1eU5ZK1JRaEMvZlo3Q0hm" +
    "ODlFZFN2b255dTZXNy9TSm1TZjlER0dqbVgwCkhKTlJFcWRURTlRZGJTQk1mTm4vcGE5ZkNHd1IzeUVvQVpDa2ZWRzA2WHgwMnZPSTBRMVJB" +
    "a2YydEdoTzRic1oKY3dJREFRQUIKLS0tLS1FTkQgUFVCTElDIEtFWS0tLS0t",
};
