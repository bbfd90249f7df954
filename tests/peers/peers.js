// Senders and receivers of four npm packages, as their documentation has them used.
//   node peers.js client <package> <port>     messages as a JSON array on stdin, answers as a JSON array on stdout
//   node peers.js server <package> <port>     prints "ready", then every message received as one line of JSON, until stdin ends
'use strict';

const HOST = '127.0.0.1';

function read(stream) {
  return new Promise((resolve) => {
    let text = '';
    stream.on('data', (chunk) => { text += chunk; }).on('end', () => resolve(text));
  });
}

const clients = {
  'simple-hl7': async (port, messages) => {
    const hl7 = require('simple-hl7');
    const parser = new hl7.Parser({ segmentSeperator: '\r' });
    const client = hl7.Server.createTcpClient({ host: HOST, port, keepalive: true });
    const answers = [];
    for (const text of messages) {
      const answer = await new Promise((resolve, reject) => client.send(parser.parse(text), (error, ack) => (error ? reject(error) : resolve(ack))));
      answers.push(answer.toString());
      await new Promise((resolve) => setImmediate(resolve)); // its own flag of waiting falls after the callback
    }
    client.close();
    return answers;
  },
  nodehl7: async (port, messages) => {
    const { MLLPClient } = require('nodehl7');
    const client = new MLLPClient(HOST, port);
    const answers = [];
    for (const text of messages) answers.push((await client.send(text)).toString());
    client.close();
    return answers;
  },
  'node-hl7-client': async (port, messages) => {
    const { Client, Message } = require('node-hl7-client');
    const client = new Client({ host: HOST });
    const answers = [];
    let settle;
    const connection = client.createConnection({ port }, (response) => { answers.push(response.getMessage().toString()); settle(); });
    await new Promise((resolve) => connection.once('connect', resolve));
    for (const text of messages) {
      const answered = new Promise((resolve) => { settle = resolve; });
      await connection.sendMessage(new Message({ text }));
      await answered;
    }
    await connection.close();
    return answers;
  },
};

function tell(text) {
  process.stdout.write(JSON.stringify(text) + '\n');
}

const servers = {
  'simple-hl7': (port) => {
    const app = require('simple-hl7').tcp();
    app.use((request, response, next) => { tell(request.msg.toString()); next(); });
    app.use((request, response) => response.end());
    app.use((error, request, response, next) => next()); // eslint-disable-line no-unused-vars
    app.start(port);
    return Promise.resolve();
  },
  nodehl7: (port) => {
    const { MLLPServer } = require('nodehl7');
    const server = new MLLPServer((message, reply) => {
      const text = message.toString();
      tell(text);
      const header = text.split('\r')[0].split('|');
      reply(`MSH|^~\\&|${header[4]}|${header[5]}|${header[2]}|${header[3]}|20260105090001||ACK|A${header[9]}|P|2.4\rMSA|AA|${header[9]}`);
    });
    return new Promise((resolve) => server.listen(port, HOST, resolve));
  },
  'node-hl7-server': (port) => {
    const { Server } = require('node-hl7-server');
    const inbound = new Server({ bindAddress: HOST }).createInbound({ port }, async (request, response) => {
      tell(request.getMessage().toString());
      await response.sendResponse('AA');
    });
    return new Promise((resolve) => inbound.once('listen', resolve));
  },
};

async function main([role, name, port]) {
  if (role === 'client') {
    const answers = await clients[name](Number(port), JSON.parse(await read(process.stdin)));
    process.stdout.write(JSON.stringify(answers));
  } else {
    await servers[name](Number(port));
    process.stdout.write('"ready"\n');
    await read(process.stdin);
  }
  process.exit(0);
}

main(process.argv.slice(2)).catch((error) => { process.stderr.write(`${error.stack || error}\n`); process.exit(1); });
