import type { SinkRead } from '@toolgate/services/audit/sink-read';
import { ArrowRight, Check, type LucideIcon, OctagonAlert, Pause } from 'lucide-react';

export type SinkKind = SinkRead['kind'];

/** What people read of each kind of sink, and what is asked for it. */
export const SINKS: Record<SinkKind, { name: string; help: string; example: string; secret: { label: string; help: string } | null }> = {
  webhook: {
    name: 'Webhook',
    help: 'POST of JSON, signed as Standard Webhooks says.',
    example: 'https://example.com/toolgate',
    secret: null,
  },
  splunk: {
    name: 'Splunk HEC',
    help: 'HTTP Event Collector, and what takes its form.',
    example: 'https://splunk.example.com:8088/services/collector/event',
    secret: { label: 'Token', help: 'Of the HTTP Event Collector.' },
  },
  otlp: {
    name: 'OpenTelemetry',
    help: 'OTLP logs over HTTP, as JSON.',
    example: 'https://collector.example.com/v1/logs',
    secret: { label: 'Header value', help: 'Such as “Bearer …”. Leave both empty when the collector asks for none.' },
  },
  syslog: {
    name: 'Syslog',
    help: 'RFC 5424 over TLS, framed by octet counting.',
    example: 'syslog+tls://logs.example.com:6514',
    secret: null,
  },
};

/** How a sink is, in a word, its sign and its tone. */
export const STATES: Record<SinkRead['state'], { word: string; icon: LucideIcon; className: string }> = {
  current: { word: 'up to date', icon: Check, className: 'text-allowed' },
  delivering: { word: 'delivering', icon: ArrowRight, className: 'text-text' },
  failing: { word: 'failing', icon: OctagonAlert, className: 'text-error' },
  paused: { word: 'paused', icon: Pause, className: 'text-muted' },
};
